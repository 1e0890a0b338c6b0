// S1, S2, S3 and S8: the plain app and annotations, as the examples say; the content comes from the repository and
// follows it.
import { describe, expect, it, type TaskMeta } from 'vitest';
import { forms, type GitCase, gitCases, namespaceOf, type Row, webhooks } from '../pieces/cases.ts';
import { readExample } from '../pieces/example.ts';
import { createRepository } from '../pieces/git-server.ts';
import { openSite, type Site } from '../pieces/http.ts';
import { killContainer } from '../pieces/kill-container.ts';
import { inNamespace } from '../pieces/place.ts';
import { readyPod, statusOf } from '../pieces/pods.ts';
import type { Pod } from '../pieces/shapes.ts';
import { until } from '../pieces/until.ts';
import { expectUntouched } from '../pieces/untouched.ts';
import { givenTarget } from '../target.ts';

const target = givenTarget();
/** Seconds that a busy machine may need beyond the period. */
const margin = 60;
const places = webhooks.filter((place) => place === 'inside' || target.host !== undefined);
const lines = gitCases.flatMap((each) =>
  forms.flatMap((form) => places.map((webhook) => ({ ...each, form, webhook }))),
);

/** Outside, the classic form is the server's setting; inside it is the pod's. */
const asked = ({ form, webhook }: Pick<Row, 'form' | 'webhook'>): Record<string, string> =>
  form === 'classic' && webhook === 'inside' ? { 'sidecar.io/git-native': 'false' } : {};

async function programOf(pod: Pod): Promise<string> {
  const { name, namespace } = pod.metadata;
  const logs = await target.kubectl(['logs', '-n', namespace, name, '-c', 'sidecar-git', '--limit-bytes=4000']);
  return logs.includes('stand-in') ? 'stand-in for git-sync' : 'git-sync';
}

function expectForm({ spec }: Pod, { form, container }: GitCase & Pick<Row, 'form'>): void {
  const inits = (spec.initContainers ?? []).map(({ name, restartPolicy }) => [name, restartPolicy]);
  const containers = spec.containers.map(({ name }) => name);
  if (form === 'native') expect([inits, containers]).toEqual([[['sidecar-git', 'Always']], [container]]);
  else expect([inits, containers]).toEqual([[['sidecar-git-init', undefined]], [container, 'sidecar-git']]);
}

/** Seconds until the page says this. */
async function untilServed(site: Site, text: string, seconds: number): Promise<number> {
  const started = performance.now();
  const look = async () => (await site.get('/')).body.includes(text) || undefined;
  await until(`the page says "${text}"`, look, { seconds });
  return (performance.now() - started) / 1000;
}

async function follows(line: (typeof lines)[number], meta: TaskMeta, namespace: string): Promise<void> {
  const row: Row = { name: line.name, form: line.form, webhook: line.webhook, program: '?' };
  meta.row = row;
  const repository = await createRepository(target, namespace);
  await repository.commit({ 'index.html': 'first edition', 'imprint.html': 'who we are' });
  const example = readExample(line.file, repository.url, asked(line));
  await target.apply(namespace, ...example.objects);
  const pod = await readyPod(target, namespace);
  row.program = await programOf(pod);
  expectForm(pod, line);
  await expectUntouched(target, pod, example.template, [line.mountPath]);

  const site = await openSite(target, pod, 8080);
  try {
    // Ready means: the content is there.
    expect(await site.get('/')).toMatchObject({ status: 200, body: 'first edition' });
    const hidden = await Promise.all(['/.git/HEAD', '/.git/config'].map((path) => site.get(path)));
    if (line.name !== 'S8') expect(hidden.map(({ status }) => status)).toEqual([404, 404]);

    await repository.commit({ 'index.html': 'second edition' });
    await untilServed(site, 'second edition', line.period + margin);

    const app = await statusOf(target, pod, line.container);
    const meanwhile = async () => {
      expect((await site.get('/')).body).toBe('second edition');
      await repository.commit({ 'index.html': 'third edition' });
    };
    await Promise.all([killContainer(target, pod, 'sidecar-git'), meanwhile()]);
    await untilServed(site, 'third edition', line.period + margin);
    // That it goes on as before is seen where it takes seconds; with 60 s it is the same program.
    if (line.period <= 20) {
      await repository.commit({ 'index.html': 'fourth edition' });
      await untilServed(site, 'fourth edition', line.period + margin);
    }
    const { containerID, restartCount } = await statusOf(target, pod, line.container);
    expect({ containerID, restartCount }).toEqual({ containerID: app.containerID, restartCount: 0 });
  } finally {
    site.close();
  }
}

describe.concurrent('content from git', () => {
  for (const line of lines) {
    const { name, file, form, webhook } = line;
    it(
      `${name} (${file}), ${form}, webhook ${webhook}: served, follows commits, outlives a kill, leaves the app alone`,
      { timeout: 900_000 },
      ({ task }) =>
        inNamespace(target, namespaceOf(name, form, webhook), (namespace) => follows(line, task.meta, namespace)),
    );
  }
});
