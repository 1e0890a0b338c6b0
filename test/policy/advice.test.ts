// The fix of a problem offers nothing that an enforced policy refuses.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { policyObject } from './policy.ts';

type Policies = Readonly<Record<string, object>>;
type Annotations = Readonly<Record<string, string>>;

const templates = [
  template('solo', { conflicts: ['topz'] }, undefined),
  template('agent', { env: [{ name: 'AGENT', value: 'on' }] }, undefined),
];
const namespaces = [{ name: 'shop', annotations: {}, labels: { team: 'shop' } }];

const required = (sidecar: string, settings: object = {}, lock: readonly string[] = Object.keys(settings)) => ({
  require: [{ sidecar, settings, lock }],
});
const at = (sidecar: string) =>
  required(sidecar, { port: '21999', ...(sidecar === 'ambassador' ? { target: 'db:1' } : {}) });
const turnedOn = (name: string) => ({ [`sidecar.io/${name}`]: 'true' });

/** The fixes of a pod by the codes of its problems, without those that policies themselves give. */
function fixesOf(policies: Policies, annotations: Annotations, spec: object = {}, container: object = {}): string[] {
  const objects = Object.entries(policies).map(([name, policy]) => policyObject(name, policy, { uid: name }));
  const { state } = createClusterState(builtInState)(namespaces, templates, objects);
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web', ...container }], ...spec } };
  const outcome = inject({ pod: JSON.parse(JSON.stringify(pod)), namespace: 'shop' }, state);
  if (outcome.kind !== 'Refused') throw new Error(outcome.kind);
  expect(outcome.problems.every((problem) => !('ways' in problem))).toBe(true);
  return outcome.problems.filter(({ policy }) => policy === undefined).map(({ code, fix }) => `${code}: ${fix}`);
}

const change = 'change the policy, or ask for an exemption from it.';
const topzStays = `The policy a requires the sidecar topz: ${change}`;

describe('a pod that policies make impossible', () => {
  it.each<[string, Policies, Annotations, string]>([
    [
      'two sidecars that exclude each other',
      { a: required('topz'), b: required('solo') },
      {},
      `sidecars-conflict: The policy b requires the sidecar solo: ${change}`,
    ],
    [
      'a sidecar that excludes what the pod asks for',
      { a: required('topz') },
      turnedOn('solo'),
      'sidecars-conflict: Turn one of them off, for example with sidecar.io/solo: "false".',
    ],
    [
      'two ports',
      { a: at('topz'), b: at('ambassador') },
      {},
      `port-taken: The policy a locks sidecar.io/topz-port: ${change}`,
    ],
    [
      'a port that the pod can change',
      { a: at('topz') },
      { 'sidecar.io/ambassador-target': 'a:1', 'sidecar.io/ambassador-port': '21999' },
      'port-taken: Set sidecar.io/ambassador-port to a free port, for example "22000".',
    ],
    [
      'a rule of the template about a locked parameter and an open one',
      { a: required('logs', { files: '/var/log/app/*.log', to: 'syslog', url: 'tcp://logs:514' }) },
      { 'sidecar.io/logs-secret': 'logs' },
      `parameters-disagree: Remove the annotation. The policy a locks sidecar.io/logs-url: ${change}`,
    ],
    [
      'a setting of a forbidden sidecar',
      { a: { forbid: ['topz'] } },
      { 'sidecar.io/topz-port': '22000' },
      `not-turned-on: Remove this annotation. The policy a forbids the sidecar topz: ${change}`,
    ],
  ])('%s: the advice is possible', (_, policies, annotations, expected) => {
    expect(fixesOf(policies, annotations)).toEqual([expected]);
  });

  it('a policy that is not enforced makes nothing impossible', () => {
    const fix = 'host-network: Remove hostNetwork from the pod, or turn the sidecar off.';
    const warning = { a: { ...required('topz'), action: 'Warn' } };
    expect(fixesOf(warning, turnedOn('topz'), { hostNetwork: true })).toEqual([fix]);
  });
});

describe('a required sidecar that the pod has no room for', () => {
  it.each<[string, object, object, string]>([
    ['a node on Windows', { os: { name: 'windows' } }, {}, 'windows-pod: Run the pod on Linux.'],
    ['the network of the node', { hostNetwork: true }, {}, 'host-network: Remove hostNetwork from the pod.'],
    ['the processes of the node', { hostPID: true }, {}, 'host-pid: Remove hostPID from the pod.'],
    [
      'a field of the pod',
      { shareProcessNamespace: false },
      {},
      'pod-field-conflict: Remove shareProcessNamespace from the pod.',
    ],
    [
      'its name',
      {},
      { name: 'sidecar-topz' },
      'container-name-taken: Rename your container, or remove it with sidecar uninject if it comes from an earlier injection.',
    ],
  ])('%s: the advice is not to turn it off', (_, spec, container, expected) => {
    expect(fixesOf({ a: required('topz') }, {}, spec, container)).toEqual([`${expected} ${topzStays}`]);
  });

  it('a variable of the app: the advice is not to turn it off', () => {
    const fix = 'variable-taken: Remove AGENT from the container.';
    expect(fixesOf({ a: required('agent') }, {}, {}, { env: [{ name: 'AGENT', value: 'off' }] })).toEqual([
      `${fix} The policy a requires the sidecar agent: ${change}`,
    ]);
  });

  it('another instance of it can be turned off', () => {
    const [instance, own] = fixesOf({ a: required('topz') }, turnedOn('topz.more'), { hostNetwork: true }).toSorted();
    expect(instance).toBe(`host-network: Remove hostNetwork from the pod, or turn the sidecar off.`);
    expect(own).toContain(topzStays);
  });

  it('a locked port that the app has: the app can change it', () => {
    const spec = { ports: [{ containerPort: 21_999 }] };
    expect(fixesOf({ a: at('topz') }, {}, {}, spec)).toEqual(['port-taken: Change the port of container web.']);
  });

  it.each<[string, string, object, object, object, string]>([
    [
      'a limit above that of the pod',
      'topz-memory-limit',
      required('topz', { 'memory-limit': '1Gi' }),
      { resources: { limits: { memory: '64Mi' } } },
      {},
      'pod-resources-exceeded: Raise spec.resources.limits.memory of the pod.',
    ],
    [
      'a path of the app',
      'git-path',
      required('git', { repo: 'https://git.example.com/site.git', path: '/site' }),
      { volumes: [{ name: 'site', hostPath: { path: '/site' } }] },
      { volumeMounts: [{ name: 'site', mountPath: '/site' }] },
      'mount-path-taken: Remove that mount.',
    ],
    [
      'an init container as the target of a classic sidecar',
      'git-native',
      required('git', { repo: 'https://git.example.com/site.git', native: 'false', container: 'setup' }, ['repo']),
      { initContainers: [{ name: 'setup' }] },
      {},
      'needs-native-sidecar: Name containers that run beside the sidecar.',
    ],
  ])('%s: the advice is not to change what is locked', (_, word, policy, spec, container, expected) => {
    expect(fixesOf({ a: policy }, {}, spec, container)).toEqual([
      `${expected} The policy a locks sidecar.io/${word}: ${change}`,
    ]);
  });
});
