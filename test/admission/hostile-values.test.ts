// Values of the wrong kind, anywhere in what is reviewed or in a manifest: nothing fails because of them.
import { describe, expect, it } from 'vitest';
import { decideObject } from '../../src/admission/answer-object-review.ts';
import { answerTemplateReview } from '../../src/admission/answer-template-review.ts';
import { readReview } from '../../src/admission/review.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { isObject } from '../../src/core/json.ts';
import { explain } from '../../src/engine/explain/explain.ts';
import { uninject } from '../../src/engine/uninject.ts';
import { state } from '../server/running-server.ts';
import { answerReview } from './answer-review.ts';

const values: readonly (readonly [string, string])[] = [
  ['an object that is no text', '{"toString":1,"valueOf":1}'],
  ['nested lists', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['null', 'null'],
  ['a huge number', '1e999'],
];
const mark = '"@@"';

/** The JSON of the object, once for each value in it, with a mark in place of that value. */
function marked(value: Json, whole: (inner: string) => string = (inner) => inner): string[] {
  const here = [whole(mark)];
  if (Array.isArray(value))
    return value
      .flatMap((item, i) => {
        const around = (inner: string) =>
          whole(`[${value.map((each, j) => (j === i ? inner : JSON.stringify(each))).join(',')}]`);
        return marked(item as Json, around);
      })
      .concat(here);
  if (!isObject(value)) return here;
  return Object.keys(value)
    .flatMap((key) => {
      const around = (inner: string) =>
        whole(
          `{${Object.entries(value)
            .map(([each, own]) => `${JSON.stringify(each)}:${each === key ? inner : JSON.stringify(own)}`)
            .join(',')}}`,
        );
      return marked(value[key] ?? null, around);
    })
    .concat(here);
}

const container = {
  ...{ name: 'web', image: 'web', command: ['a'], args: ['b'], workingDir: '/' },
  env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  ports: [{ name: 'http', containerPort: 8080, hostPort: 1, protocol: 'TCP', hostIP: '0.0.0.0' }],
  volumeMounts: [{ name: 'data', mountPath: '/srv', subPath: 'a', readOnly: true }],
  resources: { limits: { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi' }, requests: { cpu: '1m' } },
  readinessProbe: { httpGet: { port: 8080, host: 'a', path: '/' }, periodSeconds: 1 },
  securityContext: { runAsUser: 1, readOnlyRootFilesystem: true },
};
const spec = {
  containers: [container],
  initContainers: [{ ...container, name: 'early', restartPolicy: 'Always' }],
  volumes: [{ name: 'data', emptyDir: { sizeLimit: '1Gi', medium: 'Memory' } }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] }],
      },
    },
  },
  resources: { limits: { cpu: '2' }, requests: { cpu: '1' } },
  ...{
    shareProcessNamespace: false,
    hostNetwork: false,
    hostPID: false,
    restartPolicy: 'Always',
    os: { name: 'linux' },
  },
  ...{ imagePullSecrets: [{ name: 'a' }], securityContext: { fsGroup: 1, runAsUser: 1 }, serviceAccountName: 'a' },
};
const annotations = {
  'sidecar.io/topz': 'true',
  'sidecar.io/git-repo': 'https://git.example.com/a.git',
  'sidecar.io/git-path': '/srv',
  'sidecar.io/git-memory': '64Mi',
  'sidecar.io/serve': 'true',
  'sidecar.io/metrics-for': 'redis',
  'sidecar.io/status': '{"sidecars":[]}',
  'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container web',
  other: 'a',
};
const metadata = {
  name: 'web',
  namespace: 'shop',
  labels: { app: 'web' },
  annotations,
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }],
};
const pod: JsonObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
const template = { metadata: { annotations }, spec };
const workloads: readonly JsonObject[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { selector: { matchLabels: {} }, template, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] },
  },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { metadata, spec: { template } } } },
];

const review = (object: string, group: string, resource: string) =>
  Buffer.from(
    `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE","namespace":"shop","name":"web","resource":{"group":"${group}","version":"v1","resource":"${resource}"},"object":${object}}}`,
  );
const cases = (object: JsonObject, value: string) => marked(object).map((text) => text.replace(mark, () => value));

/** Of an earlier injection: `topz` is in the pod, and `git` was. */
const status: JsonObject = {
  version: state.injector.version,
  sidecars: [
    { name: 'topz', hash: 'a', native: true, containers: ['sidecar-topz'] },
    { name: 'git', hash: 'b', native: false, containers: ['sidecar-git'] },
  ],
  added: {
    ...{ volumes: ['sidecar-git'], mounts: { '/srv': ['web'] }, env: { A: ['web'] }, annotations: ['other'] },
    ...{ fields: ['shareProcessNamespace'], empty: { volumes: null, 'web/env': [] } },
  },
};
const injected: JsonObject = {
  ...pod,
  spec: { ...spec, containers: [container, { name: 'sidecar-topz', image: 'topz' }] },
};
const withAnnotation = (object: JsonObject, key: string, text: string): JsonObject => ({
  ...object,
  metadata: { ...metadata, annotations: { ...annotations, [key]: text } },
});

describe.each(values)('%s', (_, value) => {
  const decides = (text: string) => {
    const { reviewed } = answerReview(review(text, '', 'pods'), state);
    const outcome = reviewed?.outcome;
    expect(outcome?.kind === 'Failed' ? `${outcome.stack}\n${text.slice(0, 3000)}` : 'decided').toBe('decided');
  };

  it('in a pod', () => {
    for (const text of cases(pod, value)) decides(text);
  });

  it.each([
    ['sidecar.io/status', status],
    ['sidecar.io/from-workload', { topz: 'true', 'git-period': '1m' }],
  ])('in the annotation %s of a pod', (key, object) => {
    for (const text of cases(object, value)) decides(JSON.stringify(withAnnotation(injected, key, text)));
  });

  it('in a pod that is injected already, or its status, when its sidecars are taken out', () => {
    const whole = withAnnotation(injected, 'sidecar.io/status', JSON.stringify(status));
    for (const text of cases(whole, value)) uninject(JSON.parse(text));
    for (const text of cases(status, value)) uninject(withAnnotation(injected, 'sidecar.io/status', text));
  });

  it('in a manifest that is explained', () => {
    for (const text of cases(withAnnotation(injected, 'sidecar.io/status', JSON.stringify(status)), value)) {
      const object = JSON.parse(text);
      const written = { object: isObject(object) ? object : {}, role: 'pod' } as const;
      explain({ pod: object, namespace: 'shop', title: 'pod/web', written }, state);
    }
  });

  it.each(workloads.map((object) => [String(object.kind), object] as const))('in a %s', (kind, object) => {
    const resource = `${kind.toLowerCase()}s`;
    for (const text of cases(object, value)) {
      const read = readReview(review(text, String(object.apiVersion).split('/')[0] ?? '', resource));
      if ('problem' in read) throw new Error(read.problem);
      decideObject(read.request, state);
    }
  });

  it.each(['SidecarTemplate', 'SidecarPolicy'])('in a %s', (kind) => {
    const object: JsonObject = {
      ...{ apiVersion: 'sidecar.io/v1alpha1', kind, metadata: { name: 'a', namespace: 'shop' } },
      spec:
        kind === 'SidecarPolicy'
          ? {
              action: 'Enforce',
              namespaceSelector: { matchLabels: { a: 'b' } },
              require: [{ sidecar: 'topz', settings: { port: '1' }, lock: ['*'] }],
              forbid: ['git'],
            }
          : {
              parameters: [{ name: 'text', type: 'string', default: 'a' }],
              containers: [{ ...container, name: '${ instance.id }' }],
              volumes: [],
              files: [{ name: 'a', content: 'b' }],
            },
    };
    for (const text of cases(object, value))
      answerTemplateReview(review(text, 'sidecar.io', `${kind.toLowerCase()}s`), state);
  });
});
