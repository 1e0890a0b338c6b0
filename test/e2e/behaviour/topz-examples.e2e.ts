// S4 and S5: the pod's processes over HTTP, beside an app that knows nothing of it.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { forms, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

interface Snapshot {
  readonly processes: readonly { readonly command: string; readonly cpu: number; readonly rss: number }[];
}

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const cases = [
  {
    name: 'S4',
    file: 'topz.yaml',
    port: 21080,
    container: 'nginx',
    seen: ['nginx: master process', 'nginx: worker process'],
  },
  { name: 'S5', file: 'topz-port.yaml', port: 8081, container: 'app', seen: ["r.end('busy')"] },
] as const;
const lines = cases.flatMap((each) => forms.flatMap((form) => places.map((webhook) => ({ ...each, form, webhook }))));

const asked = ({ form, webhook }: Pick<Row, 'form' | 'webhook'>): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/topz-native': 'false' } : {};

function expectForm({ spec }: Pod, { form, container }: (typeof lines)[number]): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  const expected = form === 'native' ? [['sidecar-topz'], [container]] : [[], [container, 'sidecar-topz']];
  expect([inits, containers]).toEqual(expected);
  expect(spec.shareProcessNamespace).toBe(true);
}

/** The processes that topz tells of, in each of its forms. */
async function expectProcesses(site: Site, seen: readonly string[]): Promise<void> {
  const json = await site.get('/topz', { accept: 'application/json' });
  expect(json).toMatchObject({ status: 200, type: 'application/json' });
  const { processes } = JSON.parse(json.body) as Snapshot;
  const text = await site.get('/topz', { accept: 'text/plain' });
  for (const each of seen) {
    const found = processes.find(({ command }) => command.includes(each));
    expect(found, `${each} among ${processes.map(({ command }) => command).join(' | ')}`).toBeDefined();
    expect(found?.rss).toBeGreaterThan(0);
    expect(found?.cpu).toBeGreaterThanOrEqual(0);
    expect(text.body).toContain(each);
  }
  const page = await site.get('/topz', { accept: 'text/html' });
  expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
}

async function shows(line: (typeof lines)[number], meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { name: line.name, form: line.form, webhook: line.webhook, program: 'topz' };
  const example = readExample(line.file, '', asked(line));
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  expectForm(pod, line);
  await expectUntouched(target, pod, example.template, []);
  const [site, app] = await Promise.all([openSite(target, pod, line.port), openSite(target, pod, 8080)]);
  try {
    expect((await app.get('/')).status).toBe(200);
    const look = () => expectProcesses(site, line.seen).then(() => true);
    await until('topz shows the app', look, { seconds: 180 });

    const before = await statusOf(target, pod, line.container);
    await killContainer(target, pod, 'sidecar-topz');
    expect((await app.get('/')).status).toBe(200);
    await until('topz shows the app again', look, { seconds: 180 });
    const { containerID, restartCount } = await statusOf(target, pod, line.container);
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });
  } finally {
    site.close();
    app.close();
  }
}

describe.concurrent('processes of the pod', () => {
  for (const line of lines) {
    const { name, file, form, webhook } = line;
    it(
      `${name} (${file}), ${form}, webhook ${webhook}: shows the app with CPU and memory, outlives a kill, leaves the app alone`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => shows(line, task.meta, namespace)),
    );
  }
});
