// How `sidecar explain` says that a pod is made anew: by what works for the workload that it belongs to.
import { expect, it } from 'vitest';
import { recreation } from '../../src/engine/explain/recreate.ts';

const of = (kind: string, title: string, spec = {}) => ({
  title: `${kind.toLowerCase()}/${title}`,
  kind,
  object: { spec },
});
const onDelete = { updateStrategy: { type: 'OnDelete' } };
const partition = { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };

it.each([
  ['pod/web', undefined, 'Delete pod/web and create it again.'],
  ['pod/web-1', of('Deployment', 'web'), 'Run kubectl rollout restart deployment/web -n shop.'],
  [
    'pod/web-1',
    of('Deployment', 'web', { paused: true }),
    'Run kubectl rollout resume deployment/web -n shop. Then run kubectl rollout restart deployment/web -n shop.',
  ],
  [
    'pod/db-0',
    of('StatefulSet', 'db', partition),
    'Set the partition of statefulset/db to 0. Then run kubectl rollout restart statefulset/db -n shop.',
  ],
  ['pod/db-0', of('StatefulSet', 'db', onDelete), 'Delete pod/db-0: statefulset/db makes a new one.'],
  ['daemonset/agent', of('DaemonSet', 'agent', onDelete), 'Delete the pods of daemonset/agent: it makes new ones.'],
  ['replicaset/web', of('ReplicaSet', 'web'), 'Delete the pods of replicaset/web: it makes new ones.'],
  ['pod/web-1', of('Rollout', 'web'), 'Delete pod/web-1: rollout/web makes a new one.'],
  ['pod/once-1', of('Job', 'once'), 'Delete job/once and create it again.'],
  ['pod/report-1', of('CronJob', 'report'), 'The next Job gets the right sidecars.'],
])('%s of %j', (title, owner, text) => {
  expect(recreation({ namespace: 'shop', title, live: { owner } })).toBe(text);
});

const over = (type: string) => ({
  ...of('Job', 'once'),
  object: { spec: {}, status: { conditions: [{ type, status: 'True' }] } },
});

it.each([
  ['pod/web', undefined, 'To run it once more, delete pod/web and create it again.'],
  ['pod/once-1', of('Job', 'once'), 'The next pod of job/once gets the right sidecars.'],
  ['pod/once-1', over('Suspended'), 'The next pod of job/once gets the right sidecars.'],
  ['pod/once-1', over('Complete'), 'To run it once more, delete job/once and create it again.'],
  ['pod/once-1', over('Failed'), 'To run it once more, delete job/once and create it again.'],
  ['pod/report-1', of('CronJob', 'report'), 'The next Job gets the right sidecars.'],
  ['pod/web-1', of('Deployment', 'web', { paused: true }), 'The next pod of deployment/web gets the right sidecars.'],
])('%s of %j, when it has ended', (title, owner, text) => {
  for (const phase of ['Succeeded', 'Failed'])
    expect(recreation({ namespace: 'shop', title, live: { owner, stored: { status: { phase } } } })).toBe(text);
});
