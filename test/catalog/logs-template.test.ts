import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { readCommand } from '../../src/programs/kit/command.ts';
import { followSettings, logship, pairs } from '../../src/programs/logship/settings.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { hostileTexts } from '../laws/hostile.ts';
import { apply } from '../laws/weave.ts';

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly restartPolicy?: string;
  readonly env: readonly {
    readonly name: string;
    readonly valueFrom: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}
interface Woven {
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes: readonly object[];
  };
}
type Settings = Readonly<Record<string, string>>;

const loki = { files: '/var/log/app/*.log', to: 'loki', url: 'http://loki:3100' };
const full = {
  files: '/var/log/app/*.log, /var/log/app/audit/**/*.json',
  folder: '/var/log/app',
  to: 'loki',
  url: 'https://loki.example.com/push',
  secret: 'login',
  'ca-secret': 'ca',
  'client-secret': 'client',
  headers: 'X-Scope-OrgID=shop',
  labels: 'team=web,tier=front',
  'multiline-start': '\\[[A-Z]+\\] ',
  interval: '2s',
  timeout: '2m',
  gzip: 'true',
  include: 'level=error,[WARN]',
  exclude: 'GET /healthz',
  linger: '20s',
  user: '1000',
  size: '1Gi',
  container: 'web',
};

function outcomeOf(settings: Settings, state = builtInState) {
  const annotations = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`sidecar.io/logs-${name}`, value]),
  );
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web' }, { name: 'other' }] } };
  return { pod, outcome: inject({ pod, namespace: 'shop' }, state) };
}

function woven(settings: Settings, state = builtInState): Woven {
  const { pod, outcome } = outcomeOf(settings, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return apply(outcome.patch, pod) as unknown as Woven;
}

function sidecarOf({ spec }: Woven, name = 'sidecar-logs'): Container {
  const found = [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

/**
 * What the program makes of the arguments. Values of the environment are what Kubernetes puts in, so they are left out.
 */
function readBack({ command, args }: Container) {
  const parsed = readCommand(logship, [...command.slice(command.indexOf('/app/dist/logship.js') + 1), ...args]);
  if (!('settings' in parsed)) throw new Error(JSON.stringify(parsed));
  return { ...parsed.settings, ...followSettings(parsed.settings) };
}

const pathsOf = ({ volumeMounts }: Container) => volumeMounts.map(({ mountPath }) => mountPath);

describe("logs' place in the pod", () => {
  it('is a native sidecar, or a second container that lingers; the app gets the folder, the sidecar can only read it', () => {
    const native = woven(loki);
    expect(sidecarOf(native)).toMatchObject({ restartPolicy: 'Always' });
    expect(readBack(sidecarOf(native)).linger).toBe(0);
    const classic = woven(loki, classicState);
    expect(classic.spec.initContainers ?? []).toEqual([]);
    expect(readBack(sidecarOf(classic)).linger).toBe(10_000);
    for (const pod of [native, classic]) {
      expect(pod.spec.containers[0]?.volumeMounts).toEqual([{ name: 'sidecar-logs', mountPath: '/var/log/app' }]);
      expect(sidecarOf(pod).volumeMounts[0]).toEqual({ name: 'sidecar-logs', mountPath: '/logs', readOnly: true });
      expect(
        sidecarOf(pod)
          .volumeMounts.filter(({ readOnly }) => !readOnly)
          .map(({ mountPath }) => mountPath),
      ).toEqual(['/state']);
    }
  });

  it('follows the parameters, and the program understands all of them', () => {
    const pod = woven(full, classicState);
    const settings = readBack(sidecarOf(pod));
    expect(settings).toMatchObject({
      ...{ folder: '/var/log/app', to: 'loki', interval: 2000, linger: 20_000, timeout: 120_000, compression: 'gzip' },
      ...{ include: ['level=error', '[WARN]'], exclude: ['GET /healthz'] },
      ...{ login: '/secrets/login', authority: '/secrets/authority', client: '/secrets/client' },
    });
    expect(settings.url?.href).toBe('https://loki.example.com/push');
    expect(settings.patterns.map(({ folder, deep }) => [folder, deep])).toEqual([
      ['', false],
      ['audit', true],
    ]);
    expect(Object.fromEntries(settings.header)).toEqual({ 'X-Scope-OrgID': 'shop' });
    expect(Object.fromEntries(pairs(settings.label))).toMatchObject({ team: 'web', tier: 'front', container: 'web' });
    expect([settings.begins('[WARN] x'), settings.begins('WARN x')]).toEqual([true, false]);
    expect(pathsOf(sidecarOf(pod))).toEqual(
      expect.arrayContaining(['/secrets/login', '/secrets/authority', '/secrets/client']),
    );
    expect(pod.spec.volumes).toContainEqual({ name: 'sidecar-logs', emptyDir: { sizeLimit: '1Gi' } });
    expect(pod.spec.volumes).toContainEqual({
      name: 'sidecar-logs-login',
      secret: { secretName: 'login', defaultMode: 0o444 },
    });
  });

  it('reads times and fields of the lines if that is wanted', () => {
    const timed = readBack(sidecarOf(woven({ ...loki, time: 'line' })));
    expect(timed).toMatchObject({ time: 'line', parse: 'off' });
    const otlp = { files: '/a/b.log', to: 'otlp', url: 'http://collector:4318' };
    const json = { files: '/a/b.log', format: 'json' };
    for (const each of [otlp, json])
      expect(readBack(sidecarOf(woven({ ...each, parse: 'json' })))).toMatchObject({ time: 'read', parse: 'json' });
  });

  it('names facts of the pod that Kubernetes puts in', () => {
    const { command, env } = sidecarOf(woven(loki));
    const paths = new Map(env.map(({ name, valueFrom }) => [name, valueFrom.fieldRef.fieldPath]));
    const named = command.flatMap((each) => /\$\((\w+)\)$/.exec(each)?.[1] ?? []);
    expect(named.sort()).toEqual([...paths.keys()].sort());
    expect([...paths.values()]).toContain("metadata.labels['app.kubernetes.io/name']");
  });

  it('may be two: each with a folder of its own', () => {
    const second = { 'files.audit': '/var/audit/audit.json', 'to.audit': 'syslog', 'url.audit': 'tls://syslog:6514' };
    const pod = woven({ files: '/var/log/app/app.log', ...second });
    expect(pod.spec.containers[0]?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
      '/var/log/app',
      '/var/audit',
    ]);
    expect(readBack(sidecarOf(pod)).to).toBe('stdout');
    expect(readBack(sidecarOf(pod, 'sidecar-logs-audit'))).toMatchObject({ to: 'syslog', folder: '/var/audit' });
  });
});

describe('what cannot work', () => {
  it.each<[Settings, string]>([
    [{ files: '*.log' }, 'Write absolute paths'],
    [{ files: '/var/*/a.log' }, 'Write absolute paths'],
    [{ files: '/var/log/../a.log' }, 'Write absolute paths'],
    [{ files: '/app.log' }, 'Write absolute paths'],
    [
      { files: '/var/log/a/*.log,/var/log/b/*.log' },
      'Set sidecar.io/logs-folder to a folder that contains all of them',
    ],
    [{ files: '/proc/self/maps' }, ''],
    [{ files: '/a/b.log', to: 'loki' }, 'Set sidecar.io/logs-url, for example to "http://loki.monitoring:3100".'],
    [{ files: '/a/b.log', url: 'http://x' }, 'Set sidecar.io/logs-to to what receives the lines'],
    [{ ...loki, url: 'tcp://x:514' }, 'Write http://host:port or https://host:port.'],
    [{ ...loki, to: 'syslog' }, 'Write tcp://host:port or tls://host:port.'],
    [{ ...loki, url: 'http://me:secret@loki' }, 'put it in a Secret'],
    [{ ...loki, headers: 'Authorization=abc' }, 'Put the header in a Secret'],
    [{ ...loki, labels: 'pod=x' }, 'Rename the label'],
    [{ ...loki, index: 'x' }, 'Remove the annotation'],
    [{ ...loki, format: 'json' }, 'Remove the annotation'],
    [{ ...loki, 'ca-secret': 'ca' }, 'Write an https address'],
    [{ files: '/a/b.log', to: 'syslog', url: 'tcp://x:514', secret: 's' }, 'Remove the annotation'],
    [{ ...loki, multiline: 'dated', 'multiline-start': 'x' }, 'Remove sidecar.io/logs-multiline'],
    [{ ...loki, 'multiline-start': '(a+)+' }, 'without groups'],
    [{ ...loki, files: '/a/*.log.gz' }, 'Name the files that the app writes'],
    [{ ...loki, parse: 'json' }, 'Loki parses JSON in a query'],
    [{ files: '/a/b.log', parse: 'json' }, 'Set sidecar.io/logs-format to "json"'],
    [{ files: '/a/b.log', time: 'line' }, 'Set sidecar.io/logs-format to "json"'],
  ])('%o is refused with a fix', (settings, fix) => {
    const { outcome } = outcomeOf(settings);
    expect(outcome.kind === 'Refused' && outcome.problems.map((problem) => problem.fix).join(' ')).toContain(fix);
  });
});

describe('hostile values', () => {
  it.each(Object.keys(full))('of %s give one argument each, and never another option', (name) => {
    const given = full[name as keyof typeof full];
    const optionsOf = (container: Container) => new Set(container.args.map((arg) => arg.split('=')[0]));
    const known = optionsOf(sidecarOf(woven(full)));
    for (const text of hostileTexts.filter((each) => each.length < 5000)) {
      for (const value of [text, given + text, `${given},${text}`, text + given]) {
        const { pod, outcome } = outcomeOf({ ...full, [name]: value });
        if (outcome.kind !== 'Injected') continue;
        const sidecar = sidecarOf(apply(outcome.patch, pod) as unknown as Woven);
        for (const option of optionsOf(sidecar)) expect(known, value).toContain(option);
        for (const arg of sidecar.args) expect(arg).toMatch(/^--[a-z]+=\P{C}*$/u);
      }
    }
  });
});
