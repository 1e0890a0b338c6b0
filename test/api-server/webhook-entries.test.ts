// Which entry of the webhook concerns a pod, as a real API server decides it, while the injector answers and while none
// does.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Charted, startCharted } from './chart.ts';
import { template } from './cluster-templates.ts';
import { concerningEntries, type Texts } from './concerning-entries.ts';

let charted: Charted;
let tried: ReturnType<typeof concerningEntries>;
beforeAll(async () => {
  charted = await startCharted({ webhookFlags: ['--excluded-namespaces=build'] });
  tried = concerningEntries(charted.api, charted.cluster);
  const enabled = { 'sidecar.io/inject': 'enabled' };
  for (const [name, labels] of [['shop'], ['labelled', enabled], ['build', enabled]] as const)
    await create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  const fail = { failurePolicy: 'Fail' };
  await create(templates, template('strict', fail));
  await create(templates, template('strict-extra'));
  await create('/apis/sidecar.io/v1alpha1/namespaces/shop/sidecartemplates', template('cache', fail, 'shop'));
  await untilTried('default', { strict: 'true' }, 'created required');
  await untilTried('shop', { cache: 'true' }, 'created required');
}, 900_000);
afterAll(() => charted?.stop());

const templates = '/apis/sidecar.io/v1alpha1/clustersidecartemplates';
const configuration = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/sidecar-injector';

async function create(path: string, body: object): Promise<void> {
  const answer = await charted.api({ method: 'POST', path, body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}

/** Waits until the conditions that are stored name a sidecar, or name it no longer. */
const untilNamed = (name: string, named = true) =>
  vi.waitFor(
    async () => {
      const { body } = await charted.api({ path: configuration });
      if (named) expect(JSON.stringify(body)).toContain(`'${name}'`);
      else expect(JSON.stringify(body)).not.toContain(`'${name}'`);
    },
    { timeout: 60_000, interval: 200 },
  );

/** The API server uses what is stored a moment later. */
const untilTried = (namespace: string, words: Texts, result: string) =>
  vi.waitFor(async () => expect(await tried(namespace, words)).toBe(result), { timeout: 60_000, interval: 200 });

const git = { 'git-repo': 'https://git.example.com/a.git' };
const topz = { topz: 'true' };
const mirror = { 'kubernetes.io/config.mirror': 'x' };

describe('while an injector answers, one entry concerns a pod', () => {
  it.each([
    ['default', {}, 'created'],
    ['default', topz, 'created optional'],
    ['default', { ...git, ...topz }, 'created required'],
    ['default', { strict: 'true' }, 'created required'],
    ['default', { 'strict-extra': 'true' }, 'created optional'],
    ['default', { 'strict-extra': 'true', strict: 'true' }, 'created required'],
    ['shop', { cache: 'true' }, 'created required'],
    ['labelled', topz, 'created namespace'],
    ['labelled', git, 'created namespace-required'],
    ['build', git, 'created'],
    ['kube-system', git, 'created'],
    ['sidecar-injector', git, 'created'],
  ])('%s %j', async (namespace, words: Texts, result) => {
    expect(await tried(namespace, words)).toBe(result);
  });

  it('1,000 pods that ask for nothing cause no call', async () => {
    const metrics = () => charted.cluster.kubectl(['get', '--raw', '/metrics']);
    const calls = async () =>
      (await metrics()).stdout
        .split('\n')
        .filter((line) => line.startsWith('apiserver_admission_webhook_request_total'));
    const before = await calls();
    expect(before.join()).toContain('optional.sidecar.io');
    const spec = { containers: [{ name: 'app', image: 'app' }] };
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'plain-' }, spec };
    let left = 1000;
    const worker = async () => {
      while (left-- > 0) await create('/api/v1/namespaces/default/pods', body);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(await calls()).toEqual(before);
  });
});

describe('a template counts as soon as it is written', () => {
  it('with its failurePolicy, for as long as it is there', async () => {
    await create(templates, template('passing'));
    const path = `${templates}/passing`;
    const contentType = 'application/merge-patch+json';
    await charted.api({ method: 'PATCH', path, body: { spec: { failurePolicy: 'Fail' } }, contentType });
    await untilNamed('passing');
    await untilTried('default', { passing: 'true' }, 'created required');
    expect(await charted.cluster.kubectl(['delete', 'clustersidecartemplate', 'passing'])).toMatchObject({ code: 0 });
    await untilNamed('passing', false);
  });
});

describe('while no injector answers, the strictest entry that concerns a pod decides', () => {
  beforeAll(() => charted.webhook.stop());

  it.each([
    ['asks for nothing', 'default', {}, {}, 'created'],
    ['has only annotations of others', 'default', {}, { 'sidecars.io/git': 'x', 'example.com/a': 'b' }, 'created'],
    ['was injected before', 'default', { status: '{}' }, {}, 'created'],
    ['asks for what it can do without', 'default', topz, {}, 'created optional'],
    ['has an unknown word', 'default', { tops: 'true' }, {}, 'created optional'],
    ['asks for git', 'default', git, {}, 'refused required'],
    ['asks for an instance', 'default', { 'git.docs': 'true' }, {}, 'refused required'],
    ['sets a parameter of an instance', 'default', { 'git-repo.docs': 'x' }, {}, 'refused required'],
    ['asks for a required template of the cluster', 'default', { strict: 'true' }, {}, 'refused required'],
    ['sets its parameter', 'default', { 'strict-greeting': 'x' }, {}, 'refused required'],
    ['has a longer word', 'default', { stricter: 'x' }, {}, 'created optional'],
    ['asks for a longer name with Ignore', 'default', { 'strict-extra-greeting.a': 'x' }, {}, 'created optional'],
    ['asks for both', 'default', { strict: 'true', 'strict-extra': 'true' }, {}, 'refused required'],
    ['asks for a template of its namespace', 'shop', { cache: 'true' }, {}, 'refused required'],
    ['asks for one of another namespace', 'default', { cache: 'true' }, {}, 'created optional'],
    ['is in a labelled namespace', 'labelled', {}, {}, 'refused namespace'],
    ['has a typo in a labelled namespace', 'labelled', { tops: 'true' }, {}, 'refused namespace'],
    ['asks for git in a labelled namespace', 'labelled', git, {}, 'refused namespace-required'],
    ['is in an excluded namespace', 'build', git, {}, 'created'],
    ['is of the control plane', 'kube-system', git, {}, 'created'],
    ['is an injector', 'sidecar-injector', git, {}, 'created'],
    ['is a mirror pod', 'default', git, mirror, 'created'],
    ['is a mirror pod in a labelled namespace', 'labelled', {}, mirror, 'created'],
  ])('a pod that %s (%s %j %j): %s', async (_what, namespace, words: Texts, others: Texts, result) => {
    expect(await tried(namespace, words, others)).toBe(result);
  });
});
