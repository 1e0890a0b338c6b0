// What `sidecar explain` says, word by word as docs/troubleshooting.md has it, from facts. That a cluster gives these
// facts in these situations is tried in test/api-server/explain.test.ts.
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { OwnerFacts } from '../../src/engine/explain/facts.ts';
import { template } from '../api-server/cluster-templates.ts';
import { rowOf } from '../docs/troubleshooting.ts';
import { policyObject } from '../policy/policy.ts';
import {
  type Asked,
  after,
  before,
  created,
  decided,
  injected,
  podOf,
  registered,
  stateWith,
  stored,
  topz,
  written,
} from './explained.ts';
import { builtInState } from './state.ts';

const namespaceOf = (name: string, annotations: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  ...{ name, annotations, labels },
});
/** A pod that is stored as it was written. */
const bare = (pod: JsonObject, more: Partial<Asked> = {}): Asked => ({
  pod,
  ...more,
  live: { stored: stored(pod), ...more.live },
});
const namespaced = (name: string, pod: JsonObject, annotations = {}, more: Partial<Asked> = {}): Asked =>
  bare(pod, { namespace: name, state: stateWith([namespaceOf(name, annotations)], []), ...more });

const owner = (kind: string, name: string, carried: string[], annotations = topz): OwnerFacts => ({
  ...{ title: `${kind.toLowerCase()}/${name}`, kind, carried, object: { kind, metadata: { name, annotations } } },
});
/** The pods of a workload, which the question is about. */
const ofWorkload = (facts: OwnerFacts, pod: JsonObject, live: Asked['live'] = {}): Asked => ({
  ...{ pod, title: facts.title, written: { object: facts.object, role: 'workload' } },
  live: { stored: stored(pod), owner: facts, ...live },
});
/** The controller of a workload could not create pods. */
const failed = (pod: JsonObject, title: string, message: string, live: Asked['live'] = {}): Asked => ({
  ...{ pod, title, at: 'spec.template' },
  live: { events: [{ about: title, reason: 'FailedCreate', message, last: after, count: 3 }], ...live },
});

const policies = (name: string, spec: object) => [
  policyObject(name, { namespaceSelector: {}, ...spec }, { uid: name, generation: 1 }),
];
const required = { require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }] };
const withPolicy = (name: string, spec: object, namespace: string) =>
  stateWith([namespaceOf(namespace)], [], policies(name, spec));
const facts = (name: string, times: { created?: string; changed?: string }, ready = true, message = '') => ({
  ...{ name, created: before, changed: before, ready, message, ...times },
});

const [gone, kept] = [template('gone'), template('kept')];
const changed = (image: string) => stateWith([], [template('changed', { image })]);
const hello = (name: string) => podOf(name, { [`sidecar.io/${name}`]: 'true' });
const down = 'failed to call webhook: Post "https://i.svc/mutate": dial tcp 10.0.0.1:9443: connect: connection refused';
const failing = (reason: string): Asked =>
  bare(podOf('bare', topz), {
    live: { answer: { failure: `failed calling webhook "optional.sidecar.io": ${reason}` } },
  });
const classic = podOf('classic', { ...topz, 'sidecar.io/topz-native': 'false' }, { restartPolicy: 'Never' });
const oldNode = {
  ...builtInState,
  cluster: { version: '1.28.5', nativeSidecars: false, assignsUsers: false },
  nativeReason: 'The node old runs Kubernetes 1.28.5; native sidecars need 1.29 on all nodes.',
};
const task = podOf('task', topz, { restartPolicy: 'Never' });
const half = podOf('half', { 'sidecar.io/kept': 'true' }, {}, { labels: topz });

const situations: Readonly<Record<string, readonly [kind: string, asked: Asked]>> = {
  'the pod is older than the installation': [
    'before-install',
    bare(podOf('old', topz), { live: { registration: registered({ created: after }) } }),
  ],
  'the Deployment was annotated before the installation': [
    'not-carried',
    { ...ofWorkload(owner('Deployment', 'old', []), podOf('old-1')), namespace: 'early' },
  ],
  'the pod is older than the annotation of its workload': [
    'not-carried',
    ofWorkload(owner('ReplicaSet', 'fixed', ['sidecar.io/topz']), podOf('fixed-1')),
  ],
  'nothing asks for a sidecar': ['nothing-asked', bare(podOf('plain'))],
  'a label instead of an annotation': ['misplaced', bare(podOf('label', {}, {}, { labels: topz }))],
  'a misspelled prefix': ['misplaced', bare(podOf('prefix', { 'sidecars.io/topz': 'true' }))],
  'an annotation between CronJob and pod template': [
    'misplaced',
    {
      ...{ pod: podOf('report'), title: 'cronjob/report', at: 'spec.jobTemplate.spec.template' },
      written: {
        object: {
          ...{ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'report' } },
          spec: { jobTemplate: { metadata: { annotations: topz }, spec: { template: podOf('report') } } },
        },
        role: 'workload',
      },
      live: {},
    },
  ],
  'a misspelled sidecar': ['problem', { pod: podOf('x', { 'sidecar.io/tpoz': 'true' }) }],
  'a value that is neither true nor false': ['problem', { pod: podOf('x', { 'sidecar.io/topz': 'yes' }) }],
  'a parameter that is missing': ['problem', { pod: podOf('x', { 'sidecar.io/git': 'true' }) }],
  'a port that is taken': [
    'problem',
    { pod: podOf('x', topz, { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 21080 }] }] }) },
  ],
  'the network of the node': ['problem', { pod: podOf('x', topz, { hostNetwork: true }) }],
  'the network of the node, by a default of the namespace': [
    'namespace-problem',
    namespaced('defaults', podOf('host', {}, { hostNetwork: true }), topz),
  ],
  'the pod opts out': ['opted-out', namespaced('defaults', podOf('web', { 'sidecar.io/inject': 'false' }), topz)],
  'the namespace opts out': ['opted-out', namespaced('out', podOf('web', topz), { 'sidecar.io/inject': 'false' })],
  'the pod turns the sidecar off': [
    'turned-off',
    namespaced('defaults', podOf('off', { 'sidecar.io/topz': 'false' }), topz),
  ],
  'the namespace lacks its label': ['namespace-not-labelled', namespaced('unlabelled', podOf('web'), topz)],
  'the namespace only sets a parameter': [
    'not-turned-on',
    namespaced('alone', podOf('web'), { 'sidecar.io/git-period': '1m' }),
  ],
  'the namespace is excluded': ['namespace-excluded', namespaced('kube-system', podOf('web', topz))],
  'a locked setting': [
    'problem',
    {
      pod: podOf('x', { 'sidecar.io/topz-port': '20000' }),
      ...{ namespace: 'bound', state: withPolicy('bound', required, 'bound') },
    },
  ],
  'a required sidecar is turned off': [
    'problem',
    {
      pod: podOf('x', { 'sidecar.io/topz': 'false' }),
      ...{ namespace: 'bound', state: withPolicy('bound', required, 'bound') },
    },
  ],
  'the policy is not for the pod': [
    'exempt',
    namespaced(
      'bound',
      podOf('web', {}, {}, { labels: { free: 'yes' } }),
      {},
      {
        state: withPolicy(
          'bound',
          { ...required, podSelector: { matchExpressions: [{ key: 'free', operator: 'DoesNotExist' }] } },
          'bound',
        ),
      },
    ),
  ],
  'the policy is not enforced': [
    'not-enforced',
    namespaced(
      'warned',
      podOf('web'),
      {},
      {
        state: withPolicy('warned', { ...required, action: 'Warn' }, 'warned'),
      },
    ),
  ],
  'the policy is younger than the pod': [
    'policy-later',
    namespaced(
      'late',
      podOf('web'),
      {},
      {
        state: withPolicy('late', required, 'late'),
        live: { registration: 'unknown', policies: [facts('late', { changed: after })] },
      },
    ),
  ],
  'the pod was annotated after its creation': [
    'annotated-later',
    bare(podOf('later', topz), {
      live: { stored: stored(podOf('later', topz), { managedFields: [written('sidecar.io/topz', after)] }) },
    }),
  ],
  'the namespace was annotated after the pod': [
    'namespace-later',
    namespaced('later', podOf('web'), topz, {
      live: {
        registration: 'unknown',
        namespace: { metadata: { managedFields: [written('sidecar.io/topz', after)] } },
      },
    }),
  ],
  'the template is not valid': [
    'template-broken',
    {
      pod: podOf('x', { 'sidecar.io/broken': 'true' }),
      live: {
        templates: [
          facts(
            'broken',
            {},
            false,
            'spec.containers[0].name: the name "x" must be ${ instance.id }, or start with it and a hyphen',
          ),
        ],
      },
    },
  ],
  'the template was deleted': [
    'template-gone',
    { pod: hello('gone'), live: { stored: injected(hello('gone'), stateWith([], [gone])) } },
  ],
  'the template was changed': [
    'older',
    {
      pod: hello('changed'),
      state: changed('registry.example.com/hello:2'),
      live: {
        stored: injected(hello('changed'), changed('registry.example.com/hello:1')),
        templates: [facts('other', { changed: after }), facts('changed', { changed: after })],
      },
    },
  ],
  'its container does not start': [
    'not-started',
    {
      pod: podOf('failing', topz),
      live: {
        stored: injected(podOf('failing', topz)),
        failures: [
          {
            ...{ pod: 'failing', container: 'sidecar-topz', sidecar: 'topz', reason: 'ImagePullBackOff' },
            message: 'Back-off pulling image "topz:9"',
          },
        ],
      },
    },
  ],
  'another webhook removes the sidecar': [
    'removed',
    {
      pod: podOf('taken', topz),
      live: {
        stored: stored(
          podOf('taken', (injected(podOf('taken', topz)).metadata as JsonObject).annotations as JsonObject),
        ),
      },
    },
  ],
  'a copy of a pod': [
    'copied',
    {
      pod: podOf('copy'),
      live: { stored: stored(podOf('copy', {}, injected(podOf('copy', topz)).spec as JsonObject)) },
    },
  ],
  'a quota': [
    'quota',
    failed(
      podOf('big', topz),
      'deployment/big',
      'Error creating: pods "big-5d" is forbidden: exceeded quota: small, x',
    ),
  ],
  'a LimitRange': [
    'limits',
    failed(
      podOf('big', topz),
      'deployment/big',
      '(combined from similar events): Error creating: pods "big-5d" is forbidden: maximum memory usage per Container is 8Mi, but limit is 64Mi',
    ),
  ],
  'a LimitRange with a low default': [
    'limits',
    failed(
      podOf('busy', topz),
      'deployment/busy',
      'Error creating: Pod "busy-5d" is invalid: spec.initContainers[0].resources.requests: Invalid value: "10m": must be less than or equal to cpu limit of 5m',
    ),
  ],
  'Pod Security': [
    'pod-security',
    failed(
      podOf('root', topz),
      'deployment/root',
      'Error creating: pods "root-5d" is forbidden: violates PodSecurity "baseline:latest": privileged (x)',
    ),
  ],
  'a template that was deleted before the pods came': [
    'problem',
    {
      ...failed(hello('gone'), 'deployment/orphan', 'admission webhook "optional.sidecar.io" denied the request: x'),
      state: stateWith([], [kept, template('changed')]),
    },
  ],
  'a Job with a plain container': ['never-completes', { pod: classic, live: { stored: injected(classic) } }],
  'a node that is too old for native sidecars': [
    'never-completes',
    { pod: task, title: 'job/task', state: oldNode, live: { stored: injected(task, oldNode) } },
  ],
  'one sidecar of two': [
    'misplaced',
    {
      pod: half,
      sidecar: 'topz',
      state: stateWith([], [kept]),
      live: { stored: injected(half, stateWith([], [kept])) },
    },
  ],
  'the injector is down: an optional sidecar': ['refused', failing(down)],
  'the injector is down: a required sidecar': [
    'webhook',
    failed(
      podOf('site', topz),
      'deployment/site',
      `Internal error occurred: failed calling webhook "required.sidecar.io": ${down}`,
    ),
  ],
  'the certificate is not valid yet': [
    'certificate-not-yet-valid',
    failing(`x509: certificate has expired or is not yet valid: current time ${before} is before ${after}`),
  ],
  'the certificate is for another name': [
    'certificate-for-another',
    failing('x509: certificate is valid for a.example.com, not i.svc'),
  ],
  'the certificate has expired': [
    'certificate-expired',
    failing(`x509: certificate has expired or is not yet valid: current time ${after} is after ${before}`),
  ],
  'a wrong caBundle': ['certificate-not-trusted', failing('x509: certificate signed by unknown authority')],
  'selectors that somebody has changed': [
    'not-selected',
    bare(podOf('bare', topz), {
      live: {
        registration: registered({
          entries: registered().entries.map((entry) => ({
            ...entry,
            pods: [{ key: 'chosen', operator: 'In', values: ['yes'] }],
          })),
        }),
      },
    }),
  ],
  'no registration': ['not-registered', bare(podOf('bare', topz), { live: { registration: 'none' } })],
};

it.each(Object.keys(situations))('%s', (name) => {
  const [kind, asked] = situations[name] as [string, Asked];
  const { cause } = decided(asked);
  expect(cause?.kind).toBe(kind);
  const code = cause && 'code' in cause ? ` [${cause.code}]` : '';
  expect([`${cause?.cause}${code}`, cause?.fix]).toEqual(rowOf(name));
});

it(`facts of ${created} are about the time of creation`, () => {
  expect(before < created && created < after).toBe(true);
});
