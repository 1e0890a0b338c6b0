// What docs/templates.md shows of the language, run as it stands there.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { tokenPath } from '../../src/template/token.ts';
import { stateOfSection, woven } from './templates-page.ts';

interface Woven {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly object[];
    readonly initContainers: readonly object[];
    readonly shareProcessNamespace?: boolean;
  };
}

const podWith = (annotations: Record<string, string>) => ({
  metadata: { annotations },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

describe('docs/templates.md shows', () => {
  it('what the pod says', () => {
    const state = {
      ...stateOfSection('What the pod says'),
      namespaces: new Map([['default', { annotations: {}, labels: { 'example.com/team': 'shop' } }]]),
    };
    const args = (pod: Json) => {
      const { spec } = woven(pod, state) as { spec: { initContainers: [{ args: string[] }] } };
      return spec.initContainers[0].args;
    };
    const annotations = { 'sidecar.io/probe': 'true' };
    const web = { name: 'web', image: 'web', ports: [{ containerPort: 80 }] };
    const pod = { metadata: { annotations, labels: { version: '7' } }, spec: { containers: [web, { name: 'log' }] } };
    expect(args(pod)).toEqual([
      ...['--target=127.0.0.1:80', '--namespace=default', '--containers=web,log', '--version=7', '--team=shop'],
    ]);
    expect(args(podWith(annotations))).toEqual([
      ...['--target=127.0.0.1:8080', '--namespace=default', '--containers=web', '--team=shop'],
    ]);
  });

  it('a sidecar before the init containers of the app', () => {
    const state = stateOfSection("Before the app's init containers");
    const { metadata, spec } = podWith({ 'sidecar.io/tunnel': 'true', 'sidecar.io/topz': 'true' });
    const pod = { metadata, spec: { ...spec, initContainers: [{ name: 'migrate' }, { name: 'seed' }] } };
    const names = woven(pod, state).spec.initContainers.map(({ name }) => name);
    expect(names).toEqual(['sidecar-tunnel', 'migrate', 'seed', 'sidecar-topz']);
  });

  it('variables of the app', () => {
    const state = stateOfSection('Variables of the app');
    expect(woven(podWith({ 'sidecar.io/egress': 'true' }), state).spec.containers).toEqual([
      {
        name: 'web',
        image: 'web',
        env: [
          { name: 'HTTPS_PROXY', value: 'http://127.0.0.1:21128' },
          { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'NO_PROXY', value: '127.0.0.1,$(POD_IP)' },
        ],
      },
    ]);
    const own = { name: 'NO_PROXY', value: 'db.example.com' };
    const { metadata } = podWith({ 'sidecar.io/egress': 'true' });
    const joined = woven({ metadata, spec: { containers: [{ name: 'web', env: [own] }] } }, state);
    expect(joined.spec.containers).toMatchObject([
      { env: [own, {}, {}, { name: 'NO_PROXY', value: '$(NO_PROXY),127.0.0.1,$(POD_IP)' }] },
    ]);
  });

  it('volumes of the app', () => {
    const state = stateOfSection('Volumes of the app');
    const { metadata } = podWith({ 'sidecar.io/thumbnails-path': '/srv/pictures' });
    const mounts = [{ name: 'store', mountPath: '/srv/pictures' }];
    const spec = (kind: string) => ({
      containers: [{ name: 'web', image: 'web', volumeMounts: mounts }],
      volumes: [{ name: 'store', [kind]: {} }],
    });
    const pod = { metadata, spec: spec('persistentVolumeClaim') };
    const after = woven(pod, state).spec as unknown as Woven['spec'] & { volumes: object[] };
    expect(after.containers).toEqual(pod.spec.containers);
    expect(after.volumes).toEqual([...pod.spec.volumes, { name: 'sidecar-thumbnails-sa', downwardAPI: {} }]);
    const token = { name: 'sidecar-thumbnails-sa', mountPath: tokenPath, readOnly: true };
    const all = [{ name: 'store', mountPath: '/pictures' }, token];
    expect(after.initContainers).toMatchObject([{ volumeMounts: all }]);
    expect(inject({ pod: { metadata, spec: spec('secret') }, namespace: 'default' }, state).kind).toBe('Refused');
  });

  it('all together: each part does what it says', () => {
    const state = stateOfSection('All together');
    const site = { 'sidecar.io/mirror-site': 'https://example.com/' };
    const said = (more: Record<string, string>) =>
      inject({ pod: podWith({ ...site, ...more }), namespace: 'default' }, state);
    const full = {
      ...{ ...site, 'sidecar.io/mirror-skip': 'a,b', 'sidecar.io/mirror-quiet': 'true', 'sidecar.io/topz': 'true' },
      ...{ 'sidecar.io/mirror-stats': 'true', 'sidecar.io/mirror-signal': 'web' },
    };
    const { metadata, spec } = woven(podWith(full), state) as unknown as Woven;
    const args = ['--site=https://example.com/', '--every=1h', '--quiet', '--skip=/a:/b', '--hangup=web'];
    expect(spec.initContainers).toMatchObject([{ name: 'sidecar-mirror', args }, { name: 'sidecar-topz' }]);
    expect(spec.containers[0]).toMatchObject({ volumeMounts: [{ name: 'sidecar-mirror', mountPath: '/mirror' }] });
    expect(spec.shareProcessNamespace).toBe(true);
    expect(metadata.annotations).toMatchObject({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9117' });

    const classic = woven(podWith({ ...site, 'sidecar.io/mirror-native': 'false' }), state) as unknown as Woven;
    const plain = ['--site=https://example.com/', '--every=1h'];
    expect(classic.spec.initContainers).toMatchObject([{ name: 'sidecar-mirror-init', args: [...plain, '--once'] }]);
    expect(classic.spec.containers).toMatchObject([{ name: 'web' }, { name: 'sidecar-mirror', args: plain }]);
    expect(classic.spec).not.toHaveProperty('shareProcessNamespace');
    expect(classic.metadata.annotations).not.toHaveProperty('prometheus.io/scrape');

    const codes = (outcome: Outcome) =>
      outcome.kind === 'Refused' ? outcome.problems.map(({ code }) => code) : outcome;
    expect(codes(said({ 'sidecar.io/mirror-skip': 'a,.' }))).toEqual(['parameters-disagree']);
    expect(codes(said({ 'sidecar.io/git-repo': 'https://h/r' }))).toEqual(['sidecars-conflict']);
    expect(said({ 'sidecar.io/mirror-interval': '5m' })).toMatchObject({
      kind: 'Injected',
      warnings: [
        { message: "metadata.annotations['sidecar.io/mirror-interval'] is deprecated: set sidecar.io/mirror-every" },
      ],
    });
  });
});
