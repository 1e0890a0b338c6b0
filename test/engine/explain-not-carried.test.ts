// A workload with an annotation that its pod does not see: the pod is older, or nobody could write it into the pod
// template.
import { expect, it } from 'vitest';
import { explain } from '../../src/engine/explain/explain.ts';
import { builtInState } from './state.ts';

const pod = { metadata: { name: 'web-0', namespace: 'shop' }, spec: { containers: [{ name: 'web' }] } };

function cause(kind: string, carried: readonly string[], spec: object) {
  const title = `${kind.toLowerCase()}/web`;
  const object = { kind, metadata: { name: 'web', annotations: { 'sidecar.io/topz': 'true' } }, spec: Object(spec) };
  const request = { pod, namespace: 'shop', title: 'pod/web-0', written: { object: pod, role: 'pod' } } as const;
  const unknown = {
    registration: 'unknown',
    answer: 'unknown',
    endpoints: undefined,
    known: { kind: 'same' },
  } as const;
  const nothing = { namespace: undefined, failures: [], events: [], templates: [], policies: [] };
  const live = { stored: pod, owner: { title, kind, object, carried }, ...unknown, ...nothing };
  return explain({ ...request, live }, builtInState).cause;
}

it.each([
  [
    'a StatefulSet that replaces pods when they are deleted',
    'StatefulSet',
    ['sidecar.io/topz'],
    { updateStrategy: { type: 'OnDelete' } },
    'pod/web-0 was created before statefulset/web had sidecar.io/topz in its pod template.',
    'Delete pod/web-0: statefulset/web makes a new one.',
  ],
  [
    'a CronJob',
    'CronJob',
    ['sidecar.io/topz'],
    {},
    'pod/web-0 was created before cronjob/web had sidecar.io/topz in its pod template.',
    'The next Job gets the right sidecars.',
  ],
  [
    'a Job',
    'Job',
    [],
    {},
    'job/web was annotated with sidecar.io/topz after its creation, and its pod template cannot change.',
    'Delete job/web and create it again.',
  ],
  [
    'a Deployment whose template says nothing',
    'Deployment',
    [],
    {},
    'deployment/web has sidecar.io/topz, but its pod template does not carry it: it was annotated while no injector answered.',
    'Run kubectl rollout restart deployment/web -n shop.',
  ],
])('%s', (_, kind, carried, spec, text, fix) => {
  expect(cause(kind, carried, spec)).toMatchObject({ kind: 'not-carried', cause: text, fix });
});
