// Sidecars that the API server injects by itself: as the injector would, and while none answers.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { policyObject } from '../policy/policy.ts';
import { type Charted, release, startCharted } from './chart.ts';
import { bare, create, installRules, type TriedPod } from './enforced.ts';
import { pageOf } from './pages.ts';
import { applied } from './setup.ts';

/** Sidecars that change nothing of the app, with what they need. */
const sidecars: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  topz: { port: '21999' },
  https: { secret: 'tls', target: '8080' },
  ambassador: { target: 'db.example.com:5432' },
};
/**
 * The same policy for the namespace `<sidecar>`, where everything is locked, and for `<sidecar>-open`, where it is not.
 */
const policies = Object.entries(sidecars).flatMap(([sidecar, settings]) =>
  ['', '-open'].map((suffix) =>
    policyObject(`${sidecar}${suffix}`, {
      namespaceSelector: { matchLabels: { team: `${sidecar}${suffix}` } },
      require: [{ sidecar, settings, lock: suffix === '' ? ['*'] : Object.keys(settings) }],
      exempt: [{ podSelector: { matchLabels: { app: 'old' } }, reason: 'It has its own.' }],
    }),
  ),
);

let charted: Charted;
beforeAll(async () => {
  charted = await startCharted({ settings: ['policies.inject=true'], webhookFlags: ['--inject-policies=true'] });
  await installRules(charted.cluster, 'policies.inject=true');
  const names = policies.map(({ metadata: { name } }) => name);
  const namespaces = names.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { team: name } },
  }));
  await applied(charted.cluster, ...namespaces, ...policies);
  await until(async () => {
    for (const name of names) expect(await enforced(name)).toMatch(/^The API server refuses pods/);
  });
}, 900_000);
afterAll(() => charted?.stop());

const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 120_000, interval: 500 });
const enforced = async (name: string) => {
  const path = 'jsonpath={.status.conditions[?(@.type=="Enforced")].message}';
  return (await charted.cluster.kubectl(['get', 'sidecarpolicy', name, '-o', path])).stdout;
};
const made = async (namespace: string, pod: object = {}): Promise<string> => {
  const whole = { ...bare, ...pod, metadata: { ...bare.metadata, ...(pod as Partial<TriedPod>).metadata, namespace } };
  const { code, stdout, stderr } = await create(charted.cluster, whole, '-o', 'json');
  return code === 0 ? stdout : stderr;
};
/** A pod is made, and not refused with the name of the sidecar, and it has the sidecar. */
const untilInjected = (namespace: string, sidecar: string) =>
  until(async () => expect(await made(namespace)).toMatch(new RegExp(`^\\{[^]*"name": "sidecar-${sidecar}`)));
/** The pod without what is another one each time. */
const comparable = (text: string) => {
  const { metadata, spec } = JSON.parse(text.replace(/kube-api-access-[a-z0-9]+/g, 'token'));
  return { annotations: metadata.annotations, labels: metadata.labels, spec };
};

describe.each(Object.keys(sidecars))('the sidecar %s', (sidecar) => {
  it('is the same whoever injects it', async () => {
    for (const namespace of [sidecar, `${sidecar}-open`]) await untilInjected(namespace, sidecar);
    const [byBoth, byInjector] = [comparable(await made(sidecar)), comparable(await made(`${sidecar}-open`))];
    const withoutStatus = ({ annotations, ...rest }: typeof byBoth) => ({
      ...rest,
      annotations: Object.keys(annotations).sort(),
    });
    expect(withoutStatus(byBoth)).toEqual(withoutStatus(byInjector));
  });

  it('is named in the status of its policy where the API server injects it', async () => {
    expect(await enforced(sidecar)).toContain('also while no injector answers');
    expect(await enforced(`${sidecar}-open`)).not.toContain('while no injector answers');
  });
});

it('what injects goes with its policy', async () => {
  const bindings = ['mutatingadmissionpolicybindings', '-l', 'sidecar.io/policy=ambassador', '-o', 'name'];
  const count = async () => (await charted.cluster.kubectl(['get', ...bindings])).stdout.split('\n').length - 1;
  expect(await count()).toBe(1);
  await charted.cluster.kubectl(['delete', 'sidecarpolicy', 'ambassador']);
  await until(async () => expect(await count()).toBe(0));
  await until(async () => expect(JSON.parse(await made('ambassador')).spec.containers).toHaveLength(1));
  await applied(charted.cluster, ...policies.filter(({ metadata }) => metadata.name === 'ambassador'));
  await until(async () => expect(await count()).toBe(1));
  await untilInjected('ambassador', 'ambassador');
});

it('a binding that injects beyond policies.most is counted as left', async () => {
  const metadata = { name: `${release}-policies-inject-100`, labels: { 'sidecar.io/policy': 'old' } };
  const kind = 'MutatingAdmissionPolicyBinding';
  const spec = { policyName: 'none' };
  await applied(charted.cluster, { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, spec });
  const counted = async (count: number) =>
    until(async () => {
      const metrics = await pageOf(charted.webhook, '/metrics');
      expect(metrics).toContain(`sidecar_injector_setting_problems{setting="policies.most"} ${count}`);
    });
  await counted(1);
  await charted.cluster.kubectl(['delete', `mutatingadmissionpolicybinding/${metadata.name}`]);
  await counted(0);
});

describe('while no injector answers', () => {
  beforeAll(async () => {
    await charted.webhook.stop();
    // The API server uses what was written again above a moment later.
    for (const sidecar of Object.keys(sidecars)) await untilInjected(sidecar, sidecar);
  });

  it.each(Object.keys(sidecars))('a pod gets the sidecar %s where all its settings are locked', async (sidecar) => {
    expect(JSON.parse(await made(sidecar)).spec).toMatchObject({ containers: expect.any(Array) });
    expect(await made(sidecar)).toContain(`"name": "sidecar-${sidecar}`);
    expect(await made(`${sidecar}-open`)).toContain(`The policy ${sidecar}-open requires the sidecar ${sidecar}`);
  });

  const { containers } = bare.spec;
  it.each<[string, object]>([
    ['says something about a sidecar', { metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } } }],
    [
      'got resources from a LimitRange',
      { metadata: { name: 'web', annotations: { 'kubernetes.io/limit-ranger': 'x' } } },
    ],
    ['has an init container', { spec: { initContainers: [{ name: 'a', image: 'a' }], containers } }],
    ['has resources for the pod', { spec: { resources: { limits: { cpu: '1' } }, containers } }],
    ['uses the network of the node', { spec: { hostNetwork: true, containers } }],
    ['sees the processes of the node', { spec: { hostPID: true, containers } }],
    ['decides about its processes', { spec: { shareProcessNamespace: false, containers } }],
    ['uses the port', { spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 21999 }] }] } }],
    ['has a container of that name', { spec: { containers: [{ name: 'sidecar-topz', image: 'web' }] } }],
    ['runs on Windows', { spec: { os: { name: 'windows' }, containers } }],
    ['selects Windows', { spec: { nodeSelector: { 'kubernetes.io/os': 'windows' }, containers } }],
  ])('a pod that %s is left to the injector, and refused', async (_, pod) => {
    expect(await made('topz', pod)).toMatch(/The policy topz (requires|fixes)/);
  });

  it('a pod that is exempt gets nothing', async () => {
    const exempt = { metadata: { name: 'web', labels: { app: 'old' } } };
    expect(JSON.parse(await made('topz', exempt)).spec).not.toHaveProperty('initContainers');
  });

  it('others that the pod has stay: annotations and volumes', async () => {
    const volumes = [{ name: 'data', emptyDir: {} }];
    const pod = { metadata: { name: 'web', annotations: { 'example.com/a': 'b' } }, spec: { volumes, containers } };
    const { annotations, spec } = comparable(await made('https', pod));
    expect(annotations).toMatchObject({ 'example.com/a': 'b' });
    expect(spec.volumes).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'data' })]));
    expect(JSON.stringify(spec)).toContain('"sidecar-https"');
  });
});
