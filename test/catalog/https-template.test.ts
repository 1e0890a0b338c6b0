import { afterAll, describe, expect, it } from 'vitest';
import type { State } from '../../src/state/state.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { createKeys, outcomeOf, Scene, type Settings, tlsFiles, woven } from './https-scene.ts';
import { describeWith } from './programs.ts';

const least = { 'https-secret': 'web-tls', 'https-target': '8080' };
const all = {
  ...least,
  'https-protocol': 'h2c',
  'https-port': '21443',
  'https-redirect': '21081',
  'https-public-port': '8443',
  'https-hosts': `shop.example.com, *.shop.example.com, ${'long-label.'.repeat(20)}example`,
  'https-http2': 'false',
  'https-min-version': '1.3',
  'https-client-ca': 'clients-ca',
  'https-forwarded': 'append',
  'https-hsts': '8760h',
  'https-max-body': '8Mi',
  'https-timeout': '1m30.5s',
  'https-drain': '1m',
  'https-workers': '1',
  'https-access-log': 'true',
};

describe('the template https', () => {
  it('gives one container, one port and the keys of the Secret, in both forms', () => {
    const native = woven(least);
    const classic = woven(least, classicState);
    expect(native.spec.initContainers?.map(({ name }) => name)).toEqual(['sidecar-https']);
    expect(native.spec.containers.map(({ name }) => name)).toEqual(['app']);
    expect(classic.spec.initContainers ?? []).toEqual([]);
    expect(classic.spec.containers.map(({ name }) => name)).toEqual(['app', 'sidecar-https']);
    const [container] = native.spec.initContainers ?? [];
    expect(container?.command.slice(4)).toEqual(['8080', 'nginx', '-e', 'stderr', '-c', '/tmp/nginx.conf']);
    expect(container?.ports).toEqual([{ name: 'https', containerPort: 20443, protocol: 'TCP' }]);
    expect(native.spec.volumes).toContainEqual({
      name: 'sidecar-https-secret',
      secret: {
        secretName: 'web-tls',
        defaultMode: 0o444,
        items: ['tls.crt', 'tls.key'].map((key) => ({ key, path: key })),
      },
    });
  });

  it('has a volume for the CA of clients and a port for the redirect only where they are asked for', () => {
    const { spec } = woven(all);
    const [container] = spec.initContainers ?? [];
    expect(spec.volumes.map(({ name }) => name)).toContain('sidecar-https-client-ca');
    expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/client-ca');
    expect(container?.ports.map(({ containerPort }) => containerPort)).toEqual([21443, 21081]);
    expect(woven(least).spec.volumes).toHaveLength(5);
  });

  it('accepts connections while a classic pod ends, and only there', () => {
    const hookOf = (state: State) => {
      const { initContainers = [], containers } = woven({ ...least, 'https-drain': '1m' }, state).spec;
      return [...initContainers, ...containers].find(({ name }) => name === 'sidecar-https')?.lifecycle;
    };
    expect(hookOf(classicState)).toEqual({ preStop: { exec: { command: ['sleep', '60'] } } });
    expect(hookOf(builtInState)).toBeUndefined();
  });

  it.each([
    [{ 'https-secret': 'a' }, 'https-target'],
    [{ 'https-target': '80' }, 'https-secret'],
    [{ ...least, 'https-target': '20443' }, 'The target is a port of the sidecar itself.'],
    [{ ...least, 'https-redirect': '8080' }, 'The target is a port of the sidecar itself.'],
    [{ ...least, 'https-redirect': '20443' }, 'HTTPS and plain HTTP cannot share a port.'],
  ])('refuses %o and says why', (settings: Settings, message) => {
    const outcome = outcomeOf(settings);
    expect(outcome.kind).toBe('Refused');
    expect(JSON.stringify(outcome)).toContain(message);
  });

  const texts = Object.entries(all).filter(([, value]) => !['true', 'false'].includes(value));
  const hostile = (value: string) =>
    [';', '{', '}', '"', "'", '\\', '$', '#', ' x ', '\n', '\t', '%'].map((end) => value + end);
  it.each(texts)('refuses for %s whatever could end a directive', (key, value) => {
    const end = value.split(', ').at(-1) ?? '';
    const accepted = [...hostile(end), ...hostile('').map((start) => start + end)].filter((bad) => {
      return outcomeOf({ ...all, [key]: bad }).kind !== 'Refused';
    });
    // Space around the items of a list is cut off.
    expect(accepted.filter((bad) => key !== 'https-hosts' || bad.trim() !== end)).toEqual([]);
  });
});

describeWith(['nginx'], 'nginx', () => {
  const scene = new Scene();
  afterAll(() => scene.remove());

  const each = Object.entries(all).map(([key, value]): Settings => ({ ...least, [key]: value }));
  it.each([least, all, ...each])('takes the configuration for %o', async (settings) => {
    scene.mount('client-ca', { 'ca.crt': (await keys).authority.certificatePem });
    scene.mount('tls', tlsFiles((await keys).server));
    const { status, said } = scene.check(settings);
    // `listen … http2` is deprecated since 1.25.1, and what comes in its stead is unknown before.
    expect(said.replaceAll(/.*"listen \.\.\. http2" directive is deprecated.*\n/g, '')).not.toMatch(
      /\[(warn|emerg|alert)]/,
    );
    expect(status).toBe(0);
  });
});

const keys = createKeys();
