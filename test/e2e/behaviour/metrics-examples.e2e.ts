// S9: Prometheus metrics of apps that do not speak Prometheus, which follow what the apps do.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { forms, type metricsCases, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { statusElsewhere } from '../pieces/http-elsewhere.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import { readSamples } from '../pieces/samples.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

interface Case {
  readonly name: (typeof metricsCases)[number];
  readonly file: string;
  readonly container: string;
  readonly port: number;
  readonly program: string;
  /** 1 when the exporter reaches the app. */
  readonly up: string;
  /** What the app does so many times, counted by this metric. */
  readonly counter: string;
  readonly work: (pod: Pod, times: number) => Promise<void>;
  /** The port that Prometheus is told of. */
  readonly announced: string;
}

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);

async function visit(pod: Pod, times: number): Promise<void> {
  const app = await openSite(target, pod, 8080);
  try {
    for (let i = 0; i < times; i++) expect((await app.get('/')).status).toBe(200);
    expect(await statusElsewhere(target, pod, 8080, '/stub_status'), 'the page is for the pod itself').toBe(403);
  } finally {
    app.close();
  }
}

async function increment({ metadata }: Pod, times: number): Promise<void> {
  const script = `REDISCLI_AUTH="$PASSWORD" redis-cli -r ${times} incr visits`;
  await target.kubectl(['exec', '-n', metadata.namespace, metadata.name, '-c', 'redis', '--', 'sh', '-c', script]);
}

const cases: readonly Case[] = [
  {
    ...{ name: 'S9', file: 'metrics.yaml', container: 'nginx', port: 29100, program: 'nginx-prometheus-exporter' },
    ...{ up: 'nginx_up', counter: 'nginx_http_requests_total', work: visit, announced: '29100' },
  },
  {
    ...{ name: 'S9-redis', file: 'metrics-redis.yaml', container: 'redis', port: 29121, program: 'redis_exporter' },
    ...{ up: 'redis_up', counter: 'redis_commands_total{cmd="incr"}', work: increment, announced: '9000' },
  },
];
const lines = cases.flatMap((each) => forms.flatMap((form) => places.map((webhook) => ({ ...each, form, webhook }))));

const asked = ({ form, webhook }: Pick<Row, 'form' | 'webhook'>): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/metrics-native': 'false' } : {};

function expectShape({ metadata, spec }: Pod, { form, container, announced, port }: (typeof lines)[number]): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  const expected = form === 'native' ? [['sidecar-metrics'], [container]] : [[], [container, 'sidecar-metrics']];
  expect([inits, containers]).toEqual(expected);
  const scrape = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith('prometheus.io/'));
  const all = { 'prometheus.io/path': '/metrics', 'prometheus.io/port': announced, 'prometheus.io/scrape': 'true' };
  const own = { 'prometheus.io/port': announced };
  expect(Object.fromEntries(scrape)).toEqual(announced === String(port) ? all : own);
}

async function figure(exporter: Site, series: string): Promise<number | undefined> {
  const page = await exporter.get('/metrics');
  expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/plain') });
  return readSamples(page.body).get(series);
}

/** Does work in the app and waits until the exporter tells of it. */
async function follows(exporter: Site, pod: Pod, { counter, work }: Case, times: number): Promise<number> {
  const before = (await figure(exporter, counter)) ?? 0;
  await work(pod, times);
  const look = async () => {
    const now = (await figure(exporter, counter)) ?? 0;
    return now >= before + times ? now : undefined;
  };
  return until(`${counter} follows the app`, look, { seconds: 180 });
}

async function measures(line: (typeof lines)[number], meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { name: line.name, form: line.form, webhook: line.webhook, program: line.program };
  const example = readExample(line.file, '', asked(line));
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  expectShape(pod, line);
  await expectUntouched(target, pod, example.template, []);
  const exporter = await openSite(target, pod, line.port);
  try {
    const reached = async () => (await figure(exporter, line.up)) === 1 || undefined;
    await until('the exporter reaches the app', reached, { seconds: 180 });
    await follows(exporter, pod, line, 1);
    const first = await follows(exporter, pod, line, 20);
    const second = await follows(exporter, pod, line, 5);
    expect(second, 'it counts what is done, not more').toBeLessThan(first + 20);

    const before = await statusOf(target, pod, line.container);
    await killContainer(target, pod, 'sidecar-metrics');
    const again = async () => figure(exporter, line.counter);
    const afterwards = await until('the exporter answers again', again, { seconds: 180 });
    expect(afterwards, "the figures are the app's").toBeGreaterThanOrEqual(second);
    const { containerID, restartCount } = await statusOf(target, pod, line.container);
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });
  } finally {
    exporter.close();
  }
}

describe.concurrent('metrics of apps that do not speak Prometheus', () => {
  for (const line of lines) {
    const { name, file, form, webhook } = line;
    it(
      `${name} (${file}), ${form}, webhook ${webhook}: figures follow the app and outlive a kill of the exporter`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => measures(line, task.meta, namespace)),
    );
  }
});
