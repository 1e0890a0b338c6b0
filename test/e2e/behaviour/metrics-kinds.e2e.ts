// S9: each other kind of app that the sidecar `metrics` knows, once: its figures follow the app.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { namespaceOf } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { type Kind, kinds } from '../pieces/metrics-kinds.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import { readSamples } from '../pieces/samples.ts';
import { until } from '../pieces/until.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
/** Exporters that ask any target, and so have a container in front. */
const gated = ['mysqld_exporter', 'postgres_exporter'];
/** More than what an exporter does itself when it asks. */
const times = 200;

async function samplesOf(exporter: Site): Promise<ReadonlyMap<string, number>> {
  const page = await exporter.get('/metrics');
  expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') });
  return readSamples(page.body);
}

async function figure(exporter: Site, counter: RegExp): Promise<number> {
  const found = [...(await samplesOf(exporter))].filter(([series]) => counter.test(series));
  expect(found.length, `series like ${counter}`).toBeLessThanOrEqual(1);
  return found[0]?.[1] ?? 0;
}

async function follows(kind: Kind, meta: TaskMeta, namespace: string): Promise<void> {
  const { name, file, program, up, counter, work } = kind;
  meta.row = { name, form: 'native', webhook: 'inside', program };
  await target.apply(namespace, ...readExample(file, '', {}).objects);
  const pod = await readyPod(target, namespace);
  const gate = gated.includes(program) ? [{ name: 'sidecar-metrics-gate', restartPolicy: 'Always' }] : [];
  const own = [{ name: 'sidecar-metrics', restartPolicy: 'Always' }, ...gate];
  expect(pod.spec.initContainers).toMatchObject(own);
  const exporter = await openSite(target, pod, 29100);
  try {
    const reached = async () => up === undefined || (await samplesOf(exporter)).get(up) === 1 || undefined;
    await until('the exporter reaches the app', reached, { seconds: 180 });
    for (let turn = 0; turn < 2; turn++) {
      const before = await figure(exporter, counter);
      await work(target, pod, times);
      const grown = async () => ((await figure(exporter, counter)) >= before + times ? true : undefined);
      await until('the exporter tells of the work', grown, { seconds: 180 });
      expect(await figure(exporter, counter), 'and of nothing else').toBeLessThan(before + 2 * times);
    }
    if (gate.length > 0) expect((await exporter.get('/probe?target=127.0.0.1:1')).status).toBe(404);
    for (const { name } of own) expect(await statusOf(target, pod, name)).toMatchObject({ restartCount: 0 });
  } finally {
    exporter.close();
  }
}

describe.concurrent('metrics of every kind of app', () => {
  for (const kind of kinds) {
    it(`${kind.name}: figures follow the app`, { timeout: 900_000 }, ({ task }) =>
      inNamespace(target, namespaceOf(kind.name, 'native', 'inside'), (namespace) =>
        follows(kind, task.meta, namespace),
      ),
    );
  }
});
