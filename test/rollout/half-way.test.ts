// What an earlier run has begun and not ended, read from a workload alone.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { halfWay } from '../../src/rollout/half-way.ts';
import { type Workload, workload } from './objects.ts';

const restart = '2026-11-26T10:00:00.123Z';
const written = (time: string, template: JsonObject, more: JsonObject = {}) => ({
  ...{ time, fieldsV1: { 'f:spec': { 'f:template': template } }, ...more },
});
const restartField = { 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } };
const ours = written('2026-11-26T10:00:01Z', restartField, { manager: 'kubectl-rollout' });
const of = (more: Workload, managedFields: readonly JsonObject[] = [ours]) => {
  const owner = workload({ restart, ...more });
  return halfWay({ ...owner, metadata: { ...Object(owner.metadata), managedFields } });
};
const progressing = (reason: string, status = 'True') => ({ conditions: [{ type: 'Progressing', status, reason }] });
const set = { kind: 'StatefulSet', status: { currentRevision: 'web-1', updateRevision: 'web-2' } };

describe('a restart is left half-way', () => {
  it.each([
    ['a Deployment whose new pods are on their way', { status: progressing('ReplicaSetUpdated') }],
    ['a Deployment that makes no progress', { status: progressing('ProgressDeadlineExceeded', 'False') }],
    [
      'a Deployment without a deadline of which no pod is available',
      { status: { updatedReplicas: 3, availableReplicas: 0 } },
    ],
    ['a Deployment without a deadline that is not updated', { status: { updatedReplicas: 1 } }],
    ['a StatefulSet with two revisions', set],
    [
      'a DaemonSet with pods of before',
      { kind: 'DaemonSet', status: { desiredNumberScheduled: 3, updatedNumberScheduled: 1, numberAvailable: 2 } },
    ],
    [
      'a DaemonSet on one node',
      { kind: 'DaemonSet', status: { desiredNumberScheduled: 1, updatedNumberScheduled: 1, numberAvailable: 0 } },
    ],
  ])('in %s', (_, more) => {
    expect(of(more)).toBe(restart);
  });

  it.each([
    [
      'a Deployment that was ready once, whatever its pods do now',
      { status: { ...progressing('NewReplicaSetAvailable'), availableReplicas: 0 } },
    ],
    [
      'a StatefulSet with one revision',
      { kind: 'StatefulSet', status: { currentRevision: 'web-2', updateRevision: 'web-2', availableReplicas: 0 } },
    ],
    [
      'a DaemonSet with a node that is down',
      { kind: 'DaemonSet', status: { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } },
    ],
    ['a Deployment that is left alone', { spec: { paused: true }, status: progressing('DeploymentPaused', 'Unknown') }],
    ['a restart by kubectl', { ...set, restart: '2026-11-26T10:00:00Z' }],
  ])('but not in %s', (_, more) => {
    expect(of(more)).toBeUndefined();
  });

  it('but not where another program has written a time with milliseconds', () => {
    expect(of(set, [written('2026-11-26T10:00:01Z', restartField, { manager: 'console' })])).toBeUndefined();
  });

  it('but not where somebody has changed the template since', () => {
    expect(of(set, [ours, written('2026-11-26T10:00:00Z', {})])).toBe(restart);
    expect(of(set, [ours, written('2026-11-26T10:05:00Z', {})])).toBeUndefined();
    // The number of replicas is no change of it, and neither is what controllers write.
    expect(of(set, [ours, { time: '2026-11-26T10:05:00Z', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }])).toBe(
      restart,
    );
    expect(of(set, [ours, written('2026-11-26T10:05:00Z', {}, { subresource: 'status' })])).toBe(restart);
    expect(of(set, [])).toBeUndefined();
  });
});
