// S10: the app talks to localhost; the real target is an annotation, may be away, come, be replaced and move.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { forms, ambassadorCase as name, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import { database, service } from '../pieces/server-pod.ts';
import { isReady, type Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const lines = forms.flatMap((form) => places.map((webhook) => ({ form, webhook })));
const file = 'ambassador.yaml';

const asked = ({ form, webhook }: Pick<Row, 'form' | 'webhook'>): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/ambassador-native': 'false' } : {};

const remove = (namespace: string, ...names: string[]) =>
  target.kubectl(['delete', '-n', namespace, ...names, '--wait=true', '--timeout=180s']);

function expectForm({ spec }: Pod, form: Row['form']): void {
  const inits = (spec.initContainers ?? []).map((container) => [container.name, container.restartPolicy]);
  const containers = spec.containers.map((container) => container.name);
  if (form === 'native') expect([inits, containers]).toEqual([[['sidecar-ambassador', 'Always']], ['app']]);
  else expect([inits, containers]).toEqual([[], ['app', 'sidecar-ambassador']]);
}

/** Returns when the app, which asks what is at localhost, answers this. */
async function untilAnswered(site: Site, status: number, body: string): Promise<void> {
  const look = async () => {
    const page = await site.get('/');
    return (page.status === status && page.body === body) || undefined;
  };
  await until(`the app answers ${status} "${body}"`, look, { seconds: 180, every: 200 });
}

async function follows(line: (typeof lines)[number], meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { name, ...line, program: 'haproxy' };
  const example = readExample(file, '', asked(line));
  await target.apply(namespace, ...example.objects);
  // Ready, though nothing of that name is there.
  const pod = await readyPod(target, namespace);
  expectForm(pod, line.form);
  await expectUntouched(target, pod, example.template, []);
  const app = await statusOf(target, pod, 'app');
  const site = await openSite(target, pod, 8080);
  try {
    await untilAnswered(site, 502, '');

    // A headless Service: DNS gives the address of the pod itself.
    await target.apply(
      namespace,
      service('cache', 6379, { clusterIP: 'None', selector: { app: 'server' } }),
      database('first'),
    );
    await untilAnswered(site, 200, 'first');
    await remove(namespace, 'pod/first');
    await target.apply(namespace, database('second'));
    await untilAnswered(site, 200, 'second');

    // The name moves: to a Service with an address of its own, for another database.
    await target.apply(namespace, database('third'));
    await remove(namespace, 'service/cache');
    await target.apply(namespace, service('cache', 6379, { selector: { edition: 'third' } }));
    await untilAnswered(site, 200, 'third');

    await remove(namespace, 'pod/third');
    await untilAnswered(site, 502, '');
    const now = await target.get<Pod>('pod', pod.metadata.name, '-n', namespace);
    expect(isReady(now), 'Ready while the target is away').toBe(true);
    await target.apply(namespace, database('third'));
    await untilAnswered(site, 200, 'third');

    await killContainer(target, pod, 'sidecar-ambassador');
    await untilAnswered(site, 200, 'third');
    const { containerID, restartCount } = await statusOf(target, pod, 'app');
    expect({ containerID, restartCount }).toEqual({ containerID: app.containerID, restartCount: 0 });
  } finally {
    site.close();
  }
}

describe.concurrent('a service at localhost', () => {
  for (const line of lines) {
    const { form, webhook } = line;
    it(
      `${name} (${file}), ${form}, webhook ${webhook}: away, there, replaced, moved, away and back; the app stays as it is`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => follows(line, task.meta, namespace)),
    );
  }
});
