import { describe, expect, it } from 'vitest';
import { meansOf } from '../../src/rollout/means.ts';
import { workload } from './objects.ts';

const rolling = (rollingUpdate: object) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { ...rollingUpdate } },
});
const update = (rollingUpdate: object) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { ...rollingUpdate } },
});
const onDelete = { updateStrategy: { type: 'OnDelete' } };

describe('the pods of a workload are replaced', () => {
  it.each([
    ['Deployment', {}, 0],
    ['Deployment', { replicas: 8 }, 2],
    ['Deployment', rolling({ maxUnavailable: '67%', maxSurge: 0 }), 2],
    ['Deployment', rolling({ maxUnavailable: 0, maxSurge: 1 }), 0],
    ['Deployment', rolling({ maxUnavailable: '10%', maxSurge: 0 }), 1],
    ['Deployment', { strategy: { type: 'Recreate' } }, 3],
    ['StatefulSet', {}, 1],
    ['StatefulSet', update({ maxUnavailable: '67%' }), 2],
    ['StatefulSet', update({ maxUnavailable: '10%' }), 1],
    ['DaemonSet', {}, 1],
    ['DaemonSet', update({ maxUnavailable: 0, maxSurge: 1 }), 0],
    ['DaemonSet', update({ maxUnavailable: '10%' }), 1],
  ])('by the controller of a %s with %j, %i at once', (kind, spec, atOnce) => {
    const owner = workload({ kind, spec, status: { desiredNumberScheduled: 3 } });
    expect(meansOf(owner)).toEqual({ by: 'controller', atOnce });
  });

  it.each([
    ['StatefulSet', 'apps/v1', onDelete],
    ['DaemonSet', 'apps/v1', onDelete],
    ['ReplicaSet', 'apps/v1', {}],
    ['ReplicationController', 'v1', {}],
  ])('by evicting those of a %s of %s with %j', (kind, apiVersion, spec) => {
    const owner = workload({ kind, apiVersion, spec, status: { desiredNumberScheduled: 3 } });
    expect(meansOf(owner)).toEqual({ by: 'eviction', atOnce: 1 });
  });
});

it.each([
  ['a pod', { kind: 'Pod', apiVersion: 'v1' }, 'No controller'],
  ['a Job', { kind: 'Job', apiVersion: 'batch/v1' }, 'cannot change'],
  ['a CronJob', { kind: 'CronJob', apiVersion: 'batch/v1' }, 'next Job'],
  ['a Deployment that is paused', { spec: { paused: true } }, 'kubectl rollout resume'],
  ['a Deployment without pods', { spec: { replicas: 0 } }, 'no pods'],
  ['a DaemonSet without nodes', { kind: 'DaemonSet', status: { desiredNumberScheduled: 0 } }, 'no pods'],
  ['a StatefulSet with a partition', { kind: 'StatefulSet', spec: update({ partition: 2 }) }, 'below 2'],
  ['a Rollout', { kind: 'Rollout', apiVersion: 'argoproj.io/v1alpha1' }, 'can restart a Rollout'],
  [
    'a StatefulSet of Kruise',
    { kind: 'StatefulSet', apiVersion: 'apps.kruise.io/v1beta1' },
    'can restart a StatefulSet',
  ],
])('%s is left alone', (_, of, why) => {
  expect(meansOf(workload(of))).toEqual({ left: expect.stringContaining(why) });
});

it.each([
  ['ReplicaSet', 'apps/v1', 'Deployment'],
  ['ReplicaSet', 'apps/v1', 'Canary'],
  ['ReplicationController', 'v1', 'DeploymentConfig'],
])('a %s of %s that a %s has made is left alone', (kind, apiVersion, above) => {
  const reference = { apiVersion: 'example.com/v1', kind: above, name: 'web', uid: 'u', controller: true };
  const owner = { ...workload({ kind, apiVersion }), metadata: { name: 'web-1', ownerReferences: [reference] } };
  expect(meansOf(owner)).toEqual({ left: expect.stringMatching(`^It belongs to ${above} web, which`) });
});

it('what is being deleted is left alone', () => {
  const owner = { ...workload(), metadata: { name: 'web', deletionTimestamp: '2026-11-26T10:00:00Z' } };
  expect(meansOf(owner)).toEqual({ left: 'It is being deleted.' });
});
