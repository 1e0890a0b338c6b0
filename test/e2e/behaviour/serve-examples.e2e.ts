// S12: what an app writes is to be had over HTTP, and nothing else is.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { forms, namespaceOf, type Row, serveCases, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

type Line = Pick<Row, 'name' | 'form' | 'webhook'>;

const target = givenTarget();
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const lines = serveCases.flatMap((name) =>
  forms.flatMap((form) => places.map((webhook): Line => ({ name, form, webhook }))),
);
const sidecar = 'sidecar-serve';

const asked = ({ form, webhook }: Line): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/serve-native': 'false' } : {};

/** What a script in one of the containers prints. */
async function inContainer({ metadata }: Pod, container: string, script: string): Promise<string> {
  const place = ['-n', metadata.namespace, metadata.name, '-c', container];
  return (await target.kubectl(['exec', ...place, '--', 'sh', '-c', script])).trim();
}

function expectForm({ spec }: Pod, { form }: Line): void {
  const inits = (spec.initContainers ?? []).map(({ name }) => name);
  const containers = spec.containers.map(({ name }) => name);
  expect([inits, containers]).toEqual(form === 'native' ? [[sidecar], ['app']] : [[], ['app', sidecar]]);
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

/** Waits until the page ends in a line that is neither this one nor another than the file ends in; gives that line. */
function newLine(pod: Pod, site: Site, known: string): Promise<string> {
  const look = async () => {
    const written = await inContainer(pod, 'app', 'tail -n 1 /var/log/index.html');
    const page = await site.get('/');
    expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    return lastLine(page.body) === written && written !== known ? written : undefined;
  };
  return until('HTTP shows the line last written', look, { seconds: 180, every: 1000 });
}

/** Neither files with a dot nor what links lead to is served; the sidecar can write nothing and has no credentials. */
async function expectNothingElse(pod: Pod, site: Site): Promise<void> {
  const make = 'cd /var/log && echo secret >.env && ln -s /etc/passwd passwd.html && ln -s / all';
  await inContainer(pod, 'app', make);
  expect((await site.get('/.env')).status).toBe(404);
  expect((await site.get('/passwd.html')).status).toBe(404);
  expect((await site.get('/all/etc/passwd')).body).not.toContain('root:');
  expect(await site.get('/.healthz')).toMatchObject({ status: 200, body: 'ok' });
  const script = `touch /srv/file 2>/dev/null && echo written
    for file in /var/run/secrets/kubernetes.io/serviceaccount/*; do [ ! -e "$file" ] || echo "$file"; done`;
  expect(await inContainer(pod, sidecar, script)).toBe('');
}

async function shows(line: Line, meta: TaskMeta, namespace: string): Promise<void> {
  meta.row = { ...line, program: 'nginx' };
  const example = readExample('serve.yaml', '', asked(line));
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  expectForm(pod, line);
  await expectUntouched(target, pod, example.template, ['/var/log']);
  const site = await openSite(target, pod, 21081);
  try {
    const first = await newLine(pod, site, '');
    const second = await newLine(pod, site, first);
    await expectNothingElse(pod, site);

    const before = await statusOf(target, pod, 'app');
    await killContainer(target, pod, sidecar);
    await newLine(pod, site, second);
    const { containerID, restartCount } = await statusOf(target, pod, 'app');
    expect({ containerID, restartCount }).toEqual({ containerID: before.containerID, restartCount: 0 });
  } finally {
    site.close();
  }
}

describe.concurrent('what the app writes', () => {
  for (const line of lines) {
    const { name, form, webhook } = line;
    it(
      `${name} (serve.yaml), ${form}, webhook ${webhook}: is to be had over HTTP, also after a kill, and nothing else is`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => shows(line, task.meta, namespace)),
    );
  }
});
