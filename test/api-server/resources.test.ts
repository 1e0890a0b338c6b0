// Resources of sidecars on the real API server, with the admission plugins LimitRanger and ResourceQuota, and QoS
// classes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applied, created, type Registered, type StoredPod, startRegistered } from './setup.ts';

const hard = { 'limits.cpu': '2', 'limits.memory': '4Gi' };

let registered: Registered;
beforeAll(async () => {
  registered = await startRegistered();
  const { cluster } = registered;
  for (const name of ['ranged', 'counted']) await cluster.kubectl(['create', 'namespace', name]);
  await applied(
    cluster,
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'defaults', namespace: 'ranged' },
      spec: {
        limits: [
          {
            type: 'Container',
            defaultRequest: { cpu: '20m', memory: '40Mi', 'ephemeral-storage': '1Gi' },
            default: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '2Gi' },
            max: { memory: '1Gi' },
          },
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'limits', namespace: 'counted' },
      spec: { hard },
    },
  );
  // What the controller manager would write: nobody counts here, but the plugin reads it.
  const status = JSON.stringify({ status: { hard, used: { 'limits.cpu': '0', 'limits.memory': '0' } } });
  const patch = [
    'patch',
    'resourcequota',
    'limits',
    '-n',
    'counted',
    '--subresource=status',
    '--type=merge',
    '-p',
    status,
  ];
  expect(await cluster.kubectl(patch)).toMatchObject({ code: 0 });
}, 900_000);
afterAll(() => registered?.stop());

const podIn = (namespace: string, name: string, settings: Record<string, string>, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{ name, namespace },
    annotations: Object.fromEntries(Object.entries(settings).map(([word, value]) => [`sidecar.io/${word}`, value])),
  },
  spec: { containers: [{ name: 'web', image: 'web' }], ...spec },
});
const git = { 'git-repo': 'https://git.example.com/site.git' };

const sidecarOf = ({ spec }: StoredPod) => spec.initContainers?.find(({ name }) => String(name).startsWith('sidecar-'));

const callsFor = (name: string) => {
  const events = registered.cluster.auditEvents();
  const event = events.find(({ objectRef, verb }) => objectRef?.name === name && verb === 'create');
  return Object.keys(event?.annotations ?? {}).filter((key) => key.startsWith('mutation.webhook')).length;
};

/** Creates a pod; what kubectl says on standard error. */
async function says(pod: object): Promise<string> {
  return (await registered.cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(pod) })).stderr;
}

describe('a pod with resources of its own', { timeout: 60_000 }, () => {
  const withResources = (resources: object, requests: object = {}) => ({
    resources,
    containers: [{ name: 'web', image: 'web', resources: { requests } }],
  });

  it.each<[string, object, object]>([
    ['empty', {}, {}],
    ['requests', { requests: { memory: '1Gi' } }, { memory: '100Mi' }],
    ['limits', { limits: { memory: '1Gi', cpu: '1' } }, {}],
  ])('keeps a setting that fits: %s', async (name, resources, requests) => {
    const pod = podIn('default', `own-${name}`, { ...git, 'git-memory': '100Mi' }, withResources(resources, requests));
    expect(sidecarOf(await created(registered.cluster, pod))).toMatchObject({
      resources: { requests: { memory: '100Mi' }, limits: { memory: '512Mi' } },
    });
    expect(callsFor(`own-${name}`)).toBe(1);
  });

  it.each<[string, object, object]>([
    [
      'little',
      { requests: { memory: '110Mi', cpu: '105m' }, limits: { memory: '200Mi' } },
      { memory: '100Mi', cpu: '0.1' },
    ],
    ['limited', { limits: { memory: '200Mi' } }, { memory: '100Mi', cpu: '0.1' }],
    ['huge', { limits: { 'hugepages-2Mi': '4Mi', cpu: '1' } }, { memory: '100Mi', cpu: '0.1' }],
  ])('is stored with the defaults that fit: %s', async (name, resources, requests) => {
    const stored = await created(registered.cluster, podIn('default', name, git, withResources(resources, requests)));
    expect(sidecarOf(stored)).toMatchObject({ resources: { requests: { memory: '0', cpu: '0' } } });
  });

  it('is refused by us, not by the API server, for a setting that does not fit', async () => {
    const own = withResources({ requests: { memory: '110Mi' } }, { memory: '100Mi' });
    const text = await says(podIn('default', 'much', { ...git, 'git-memory': '20Mi' }, own));
    expect(text).toContain('[pod-resources-exceeded]');
    expect(text).not.toContain('must be greater than or equal to aggregate');
    const fits = podIn('default', 'exact', { ...git, 'git-memory': '10Mi' }, own);
    expect(sidecarOf(await created(registered.cluster, fits))).toMatchObject({
      resources: { requests: { memory: '10Mi' } },
    });
  });
});

describe('a namespace with a LimitRange', { timeout: 60_000 }, () => {
  it('costs one call, because the sidecar has its defaults', async () => {
    const stored = await created(registered.cluster, podIn('ranged', 'defaulted', git));
    expect(sidecarOf(stored)).toMatchObject({
      resources: {
        requests: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '1Gi' },
        limits: { cpu: '100m', memory: '512Mi', 'ephemeral-storage': '2Gi' },
      },
    });
    expect(callsFor('defaulted')).toBe(1);
  });

  it('takes a pod with resources of its own', async () => {
    const own = { resources: { requests: { memory: '64Mi' }, limits: { memory: '64Mi' } } };
    const stored = await created(registered.cluster, podIn('ranged', 'budget', git, own));
    expect(sidecarOf(stored)).toMatchObject({ resources: { requests: { memory: '0' }, limits: { memory: '64Mi' } } });
    expect(callsFor('budget')).toBe(1);
  });

  it('takes a request above its default limit', async () => {
    const stored = await created(registered.cluster, podIn('ranged', 'above', { ...git, 'git-cpu': '200m' }));
    expect(sidecarOf(stored)).toMatchObject({ resources: { requests: { cpu: '200m' }, limits: { cpu: '200m' } } });
  });

  it('refuses a limit above its bounds, and names the container', async () => {
    expect(await says(podIn('ranged', 'beyond', { ...git, 'git-memory-limit': '2Gi' }))).toContain(
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    );
  });
});

describe('a namespace with a ResourceQuota', { timeout: 60_000 }, () => {
  const limits = { cpu: '100m', memory: '64Mi' };
  const counted = { containers: [{ name: 'web', image: 'web', resources: { limits } }] };

  it('takes a sidecar that has the limits that it counts', async () => {
    expect(await says(podIn('counted', 'unlimited', git, counted))).toContain(
      'must specify limits.cpu for: sidecar-git',
    );
    const pod = podIn('counted', 'limited', { ...git, 'git-cpu-limit': '500m' }, counted);
    expect(sidecarOf(await created(registered.cluster, pod))).toMatchObject({ resources: { limits: { cpu: '500m' } } });
  });
});

describe('a Guaranteed pod', { timeout: 60_000 }, () => {
  const limits = { cpu: '100m', memory: '64Mi' };
  const guaranteed = { containers: [{ name: 'web', image: 'web', resources: { limits } }] };
  const classOf = async (pod: object) => {
    const { status } = (await created(registered.cluster, pod)) as StoredPod & { status?: { qosClass?: string } };
    return status?.qosClass;
  };

  it('becomes Burstable with a warning, and stays Guaranteed with the settings that it names', async () => {
    const warning = await says(podIn('default', 'warned', git, guaranteed));
    const [, cpu = '', memory = ''] = /git-cpu-limit: "(\S+)" and sidecar\.io\/git-memory: "(\S+)"/.exec(warning) ?? [];
    expect([cpu, memory]).toEqual(['10m', '512Mi']);
    expect(await classOf(podIn('default', 'alone', {}, guaranteed))).toBe('Guaranteed');
    expect(await classOf(podIn('default', 'burstable', git, guaranteed))).toBe('Burstable');
    const kept = podIn('default', 'kept', { ...git, 'git-cpu-limit': cpu, 'git-memory': memory }, guaranteed);
    expect(await classOf(kept)).toBe('Guaranteed');
  });
});
