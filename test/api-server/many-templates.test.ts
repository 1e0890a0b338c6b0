// Conditions for thousands of templates, on a real API server: it takes them, they say what they should, and no pod
// exceeds the budget that it gives to them. No server is behind the webhook, so a pod that an entry concerns is
// refused.
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Api, openApi } from '../../src/cluster/api.ts';
import { needsText } from '../../src/state/match-condition.ts';
import type { RequiredSidecars } from '../../src/state/required-sidecars.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { applied } from './setup.ts';

let cluster: ControlPlane;
let api: Api;
beforeAll(async () => {
  cluster = await startControlPlane();
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(cluster.kubeconfig);
  api = openApi(kubeConfig);
  for (const name of ['team-7', 'stranger']) await applied(cluster, { ...namespace, metadata: { name } });
}, 900_000);
afterAll(() => cluster?.stop());

const namespace = { apiVersion: 'v1', kind: 'Namespace' };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
/** Names of all lengths. */
const shared = (count: number) => numbers(count).map((i) => `helper-${i}`.padEnd(9 + (i % 22), 'x'));
const own = (count: number, namespaces: number) =>
  numbers(count).map((i) => `team-${i % namespaces}/helper-${i}`.padEnd(40, 'y'));

/** Tells the entry of one registration from those before it, which the API server uses for a while yet. */
let registrations = 0;
const entryName = () => `needs-${registrations}.example.com`;

/**
 * Whether a pod with these words is created, or the entry of the latest registration concerns it. Fails where that of
 * an earlier one does.
 */
async function judged(name: string, words: readonly string[]): Promise<'concerned' | 'created'> {
  const annotations = Object.fromEntries(words.map((word) => [`sidecar.io/${word}`, 'true']));
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'app-', annotations },
    spec: { containers: [{ name: 'app', image: 'app' }] },
  };
  const { status, body: answer } = await api({
    method: 'POST',
    path: `/api/v1/namespaces/${name}/pods?dryRun=All`,
    body,
  });
  if (status === 201) return 'created';
  const { message } = answer as { readonly message: string }; // a Status
  expect(message).toContain(`failed calling webhook "${entryName()}"`);
  return 'concerned';
}

async function register(required: readonly string[], more: Partial<RequiredSidecars> = {}): Promise<void> {
  registrations += 1;
  const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/needs';
  const caBundle = Buffer.from(cluster.caPem).toString('base64');
  const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }];
  const entry = {
    ...{
      name: entryName(),
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Fail',
      rules,
    },
    clientConfig: { url: 'https://127.0.0.1:1/', caBundle },
    matchConditions: [{ name: 'asks', expression: needsText({ required, lenient: [], strictIn: [], ...more }) }],
  };
  const body = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'needs' },
    webhooks: [entry],
  };
  const contentType = 'application/apply-patch+yaml';
  const answer = await api({ method: 'PATCH', path: `${path}?fieldManager=test&force=true`, body, contentType });
  expect(answer.status, JSON.stringify(answer.body).slice(0, 500)).toBeLessThan(300);
}

/** As many words as 64 KiB of annotations hold, all of which have to be looked at. */
const crowd = numbers(1000).map((i) => `unknown-helper-${i}`);

describe.each([
  ['6 of the cluster', shared(6)],
  ['1,000 of the cluster', shared(1000)],
  ['3,000 of the cluster', shared(3000)],
  ['1,000 of 100 namespaces and 100 of the cluster', [...shared(100), ...own(1000, 100)]],
])('with templates, %s', (_what, required) => {
  it('a pod is concerned exactly when it asks for one of them', async () => {
    await register(required);
    const [first = ''] = required;
    await vi.waitFor(async () => expect(await judged('stranger', [first])).toBe('concerned'), { timeout: 60_000 });
    const words = required.filter((name) => !name.includes('/')).slice(-3);
    for (const word of words) expect(await judged('stranger', [`${word}-greeting.a`])).toBe('concerned');
    expect(await judged('stranger', ['helper', 'other'])).toBe('created');
    for (const name of required.filter((each) => each.startsWith('team-7/')).slice(-3)) {
      const word = name.slice('team-7/'.length);
      expect([await judged('team-7', [word]), await judged('stranger', [word])]).toEqual(['concerned', 'created']);
    }
  });

  it('a pod with 1,000 words is judged too', async () => {
    expect(await judged('stranger', crowd)).toBe('created');
    expect(await judged('stranger', [...crowd, required[0] ?? ''])).toBe('concerned');
  });
});

it('a longer required name of one namespace makes a sidecar of the cluster required there, and nowhere else', async () => {
  const names = shared(300);
  const longer = names.map((name) => `team-7/${name}-extra-own`);
  await register([...names, ...longer], {
    lenient: names.map((name) => `${name}-extra`),
    strictIn: names.map((name) => `team-7/${name}-extra`),
  });
  const [name = ''] = names;
  await vi.waitFor(async () => expect(await judged('stranger', [name])).toBe('concerned'), { timeout: 60_000 });
  expect(await judged('stranger', [`${name}-extra`, ...crowd])).toBe('created');
  for (const word of [`${name}-extra`, `${name}-extra-own`]) expect(await judged('team-7', [word])).toBe('concerned');
});

describe('where the names do not fit into a condition', () => {
  it('each sidecar is required in the namespaces that have required ones of their own', async () => {
    await register([...shared(6), ...own(10_000, 500)]);
    await vi.waitFor(async () => expect(await judged('team-7', ['topz'])).toBe('concerned'), { timeout: 60_000 });
    expect(await judged('stranger', ['topz'])).toBe('created');
    expect(await judged('stranger', [shared(6)[0] ?? ''])).toBe('concerned');
    expect(await judged('team-7', [])).toBe('created');
  });

  it('each sidecar is required everywhere when the namespaces do not fit either', async () => {
    await register(own(10_000, 10_000));
    await vi.waitFor(async () => expect(await judged('stranger', ['topz'])).toBe('concerned'), { timeout: 60_000 });
    expect(await judged('stranger', [])).toBe('created');
  });
});
