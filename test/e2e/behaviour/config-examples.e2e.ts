// S7: files of ConfigMaps and Secrets in a folder of the app, which is told of changes by signal or by call.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { appPod } from '../pieces/app.ts';
import { forms, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite } from '../pieces/http.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const cases = [
  { name: 'S7', file: 'config.yaml', path: '/etc/nginx/conf.d', container: 'nginx', signal: true },
  { name: 'S7-call', file: 'config-call.yaml', path: '/etc/shop', container: 'app', signal: false },
] as const;
const lines = cases.flatMap((each) => forms.flatMap((form) => places.map((webhook) => ({ ...each, form, webhook }))));

const asked = ({ form, webhook }: Pick<Row, 'form' | 'webhook'>): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/config-native': 'false' } : {};

/** The kubelet looks at a pod's volumes every minute or so, a test's more often. */
const patience = { seconds: 300, every: 250 };

interface ConfigMap {
  readonly kind: string;
  readonly data: Readonly<Record<string, string>>;
}
const isConfigMap = (object: object): object is ConfigMap => 'kind' in object && object.kind === 'ConfigMap';

function expectForm({ spec }: Pod, { form, container, signal }: (typeof lines)[number]): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  const native = [['sidecar-config'], [container]];
  const classic = [['sidecar-config-init'], [container, 'sidecar-config']];
  expect([inits, containers]).toEqual(form === 'native' ? native : classic);
  expect(spec.shareProcessNamespace ?? false).toBe(signal);
}

async function follows(line: (typeof lines)[number], meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { name: line.name, form: line.form, webhook: line.webhook, program: 'filesync' };
  const example = readExample(line.file, '', asked(line));
  const source = example.objects.find(isConfigMap);
  if (!source) throw new Error(`${line.file} holds no ConfigMap`);
  const change = (from: string, to: string) => {
    const data = Object.entries(source.data).map(([key, text]) => [key, text.replace(from, to)]);
    return target.apply(namespace, { ...source, data: Object.fromEntries(data) });
  };
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  expectForm(pod, line);
  await expectUntouched(target, pod, example.template, [line.path]);
  const before = await statusOf(target, pod, line.container);
  const app = await openSite(target, pod, 8080);
  const shows = async (text: string) => ((await app.get('/')).body.includes(text) ? true : undefined);
  try {
    expect(await shows('first edition')).toBe(true);
    await change('first', 'second');
    await until('the app uses the second edition', () => shows('second edition'), patience);
    await killContainer(target, pod, 'sidecar-config');
    await change('first', 'third');
    await until('the app uses the third edition', () => shows('third edition'), patience);
    const { containerID, restartCount } = await statusOf(target, pod, line.container);
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });
  } finally {
    app.close();
  }
}

describe.concurrent('configuration', () => {
  for (const line of lines) {
    const { name, file, form, webhook } = line;
    it(
      `${name} (${file}), ${form}, webhook ${webhook}: the app has it when it starts, is told of changes, and is left alone`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => follows(line, task.meta, namespace)),
    );
  }

  it(
    'is plain files; keys that go are removed, sources that come are added, Secrets are in memory',
    { timeout: 900_000 },
    () =>
      inNamespace(target, 'e2e-config-files', async (namespace) => {
        const map = (data: Record<string, string>) => ({
          ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'words' } },
          data,
        });
        await target.apply(namespace, map({ 'a.txt': 'a', 'b.txt': 'b' }));
        const annotations = {
          'sidecar.io/config-configmaps': 'words',
          'sidecar.io/config-secrets': 'later',
          'sidecar.io/config-optional': 'true',
          'sidecar.io/config-mode': '0440',
        };
        const script = 'ls /config > /tmp/first; trap exit TERM; while :; do sleep 1; done';
        // The sidecar's user is not the app's: by this mode only the group lets the app read.
        const pod = appPod('app', annotations, script);
        const securityContext = { ...pod.spec.securityContext, fsGroup: 2000 };
        await target.apply(namespace, { ...pod, spec: { ...pod.spec, securityContext } });
        await readyPod(target, namespace);
        const inApp = (script: string) =>
          target.kubectl(['exec', '-n', namespace, 'app', '-c', 'app', '--', 'sh', '-c', script]);
        expect(await inApp('cat /tmp/first')).toBe('a.txt\nb.txt\n');
        expect(await inApp('find /config -type l; stat -c "%a %u %g" /config/a.txt; stat -f -c %T /config')).toBe(
          '440 65532 2000\ntmpfs\n',
        );
        const secret = {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'later' },
          stringData: { 'b.txt': 'hidden' },
        };
        await target.apply(namespace, secret, map({ 'a.txt': 'new' }));
        const look = async () => (await inApp('cd /config && grep . *')) === 'a.txt:new\nb.txt:hidden\n' || undefined;
        await until('both changes are there', look, patience);
        await target.apply(namespace, map({ 'c.txt': 'c' }));
        const swapped = async () => (await inApp('ls /config')) === 'b.txt\nc.txt\n' || undefined;
        await until('the key that went is removed', swapped, patience);
      }),
  );
});
