// A pod that should have a sidecar has it, or is refused: also where the injector cannot know yet what its namespace
// says.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { startWebhook } from '../../demo/webhook.ts';
import type { Daemon } from '../cluster/daemon.ts';
import { review } from '../server/running-server.ts';
import { type Charted, registrationFlags, startCharted, startControllers } from './chart.ts';
import { template } from './cluster-templates.ts';
import { createGate, type Gate } from './gate.ts';

/** How often each race is run. */
const times = 20;

let charted: Charted;
let gate: Gate;
let controllers: Daemon;
beforeAll(async () => {
  charted = await startCharted({
    async start(kubeconfig) {
      const text = readFileSync(kubeconfig, 'utf8');
      gate = await createGate(parse(text).clusters[0].cluster.server);
      await gate.open();
      writeFileSync(kubeconfig, gate.through(text));
      return startWebhook((origin) => ['--cluster', kubeconfig, ...registrationFlags(origin)]);
    },
  });
  controllers = await startControllers(charted.cluster);
  // The API server notices new webhooks a moment after they are stored.
  const asked = async () => expect(await injected('default', { 'sidecar.io/topz': 'true' })).toBe('sidecar-topz');
  await vi.waitFor(asked, { timeout: 60_000, interval: 100 });
}, 900_000);
afterAll(async () => {
  await controllers?.stop();
  gate?.close();
  await charted?.stop();
});

type Texts = Readonly<Record<string, string>>;
const enabled = { 'sidecar.io/inject': 'enabled' };
const topz = { 'sidecar.io/topz': 'true' };

const namespace = (name: string, annotations: Texts, labels: Texts) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, annotations, labels },
});
const spec = { containers: [{ name: 'app', image: 'app' }] };

interface Stored {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly initContainers?: readonly { readonly name: string }[] };
  readonly message?: string;
}

/** Creates an object that must be accepted. */
async function create(path: string, body: object): Promise<void> {
  const answer = await charted.api({ method: 'POST', path, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}

async function merge(path: string, body: object): Promise<void> {
  const contentType = 'application/merge-patch+json';
  expect(await charted.api({ method: 'PATCH', path, body, contentType })).toMatchObject({ status: 200 });
}

/** Tries to create a pod: the names of its sidecars, or why it was refused. None of them makes it bare. */
async function injected(name: string, annotations: Texts = {}): Promise<string> {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'app-', annotations }, spec };
  for (;;) {
    const { status, body: answer } = await charted.api({
      method: 'POST',
      path: `/api/v1/namespaces/${name}/pods`,
      body,
    });
    const { spec: stored, message = '' } = answer as Stored; // a pod or a Status
    if (status === 201) return stored.initContainers?.map(({ name }) => name).join() ?? 'bare';
    // The API server refuses pods for a moment, until the namespace has its service account.
    if (!message.includes('serviceaccount "default" not found')) return `refused: ${message}`;
  }
}

/** Runs a race in that many namespaces, one after the other, and counts what becomes of the pods. */
async function raced(
  race: (name: string) => Promise<string>,
  prefix: string,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < times; i++) {
    const result = await race(`${prefix}-${i}`);
    counts[result] = (counts[result] ?? 0) + 1;
  }
  return counts;
}

describe('a pod is never bare', () => {
  it('when its namespace is created together with it', async () => {
    const race = async (name: string) => {
      await create('/api/v1/namespaces', namespace(name, topz, enabled));
      return injected(name);
    };
    expect(await raced(race, 'together')).toEqual({ 'sidecar-topz': times });
  });

  it('when its namespace is created together with its Deployment', async () => {
    for (let i = 0; i < times; i++) {
      const name = `deployed-${i}`;
      const metadata = { labels: { app: 'web' } };
      const deployment = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata, spec } },
      };
      await create('/api/v1/namespaces', namespace(name, topz, enabled));
      await create(`/apis/apps/v1/namespaces/${name}/deployments`, deployment);
    }
    const pods = async () => {
      const { body } = await charted.api({ path: '/api/v1/pods?labelSelector=app%3Dweb' });
      return (body as { readonly items: readonly Stored[] }).items;
    };
    await expect.poll(async () => (await pods()).length, { timeout: 120_000 }).toBe(times);
    for (const { spec } of await pods()) expect(spec.initContainers).toMatchObject([{ name: 'sidecar-topz' }]);
  });

  it('when its namespace was labelled and annotated just before', async () => {
    for (let i = 0; i < times; i++) await create('/api/v1/namespaces', namespace(`labelled-${i}`, {}, {}));
    const race = async (name: string) => {
      await merge(`/api/v1/namespaces/${name}`, { metadata: { labels: enabled, annotations: topz } });
      return injected(name);
    };
    expect(await raced(race, 'labelled')).toEqual({ 'sidecar-topz': times });
  });

  it('when the annotations of its namespace were changed just before, and pods are created there all the time', async () => {
    await create('/api/v1/namespaces', namespace('busy', {}, enabled));
    let annotated = false;
    const race = async () => {
      annotated = !annotated;
      const annotations = { 'sidecar.io/topz': annotated ? 'true' : 'false' };
      await merge('/api/v1/namespaces/busy', { metadata: { annotations } });
      const all = await Promise.all([injected('busy'), injected('busy'), injected('busy')]);
      return all.every((each) => each === (annotated ? 'sidecar-topz' : 'bare')) ? 'as annotated' : all.join(' ');
    };
    expect(await raced(race, 'busy')).toEqual({ 'as annotated': times });
  });

  it('when its template is created together with it, for the cluster or for the namespace', async () => {
    await create('/api/v1/namespaces', namespace('own', {}, {}));
    const race = async (name: string) => {
      await create('/apis/sidecar.io/v1alpha1/clustersidecartemplates', template(`${name}-a`));
      const shared = await injected('default', { [`sidecar.io/${name}-a`]: 'true' });
      await create('/apis/sidecar.io/v1alpha1/namespaces/own/sidecartemplates', template(`${name}-b`, {}, 'own'));
      const own = await injected('own', { [`sidecar.io/${name}-b`]: 'true' });
      return shared === `sidecar-${name}-a` && own === `sidecar-${name}-b` ? 'injected' : `${shared} ${own}`;
    };
    expect(await raced(race, 'fresh')).toEqual({ injected: times });
  });

  it('when namespace, template and pod are created together, and only the namespace names the template', async () => {
    const race = async (name: string) => {
      await create('/api/v1/namespaces', namespace(name, { [`sidecar.io/own-${name}`]: 'true' }, enabled));
      await create(`/apis/sidecar.io/v1alpha1/namespaces/${name}/sidecartemplates`, template(`own-${name}`, {}, name));
      const result = await injected(name);
      return result === `sidecar-own-${name}` ? 'injected' : result;
    };
    expect(await raced(race, 'all')).toEqual({ injected: times });
  });
});

describe('a forged review', () => {
  it.each(['', '..', 'a/b', '?limit=1', 'A', 'x'.repeat(64)])(
    'for the namespace %j asks the API server nothing',
    async (name) => {
      const { status, body } = await charted.webhook.post(review(topz, { namespace: name }));
      expect([status, body]).toEqual([500, expect.stringContaining('is not the name of a namespace. ')]);
    },
  );

  it('for a namespace that does not exist fails', async () => {
    const { status, body } = await charted.webhook.post(review(topz, { namespace: 'nowhere' }));
    expect([status, body]).toEqual([500, expect.stringMatching(/404: namespaces "nowhere" not found.*lookup-failed/)]);
  });
});

describe('while the API server cannot be asked', () => {
  it('the failure policy decides about labelled and about unknown namespaces; what is known stays in use elsewhere', async () => {
    await create('/api/v1/namespaces', namespace('known-labelled', topz, enabled));
    await create('/api/v1/namespaces', namespace('known', {}, {}));
    expect([await injected('known-labelled'), await injected('known', topz)]).toEqual(['sidecar-topz', 'sidecar-topz']);
    gate.close();
    await create('/api/v1/namespaces', namespace('unknown-labelled', topz, enabled));
    await create('/api/v1/namespaces', namespace('unknown', {}, {}));
    const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
    const failure =
      /^refused: .*failed calling webhook "[a-z-]+\.sidecar\.io".*could not be read: .*\[lookup-failed\]/s;
    for (const name of ['known-labelled', 'unknown-labelled']) expect(await injected(name)).toMatch(failure);
    expect(await injected('unknown', git)).toMatch(failure);
    expect(await injected('unknown', topz), 'failurePolicy Ignore').toBe('bare');
    expect(await injected('known', git)).toBe('sidecar-git');
    const unknown = await injected('known', { 'sidecar.io/nothing': 'true' });
    expect(unknown, 'a refusal says more than a failure').toMatch(/denied the request.*\[unknown-annotation\]/s);
  });
});
