import { fieldAt, textAt } from '../core/fields.ts';
import type { JsonObject } from '../core/json.ts';
import { controllerOf } from '../core/owner.ts';
import { numberAt } from './fields.ts';

/**
 * How the pods of an owner are replaced: by its controller, after its template has changed, or by evicting them one by
 * one, where its controller only makes new ones. `atOnce` is how many of them are taken away before new ones are ready.
 */
export interface Replacement {
  readonly by: 'controller' | 'eviction';
  readonly atOnce: number;
}

/** How the pods of an owner are replaced, or why they are left alone and what to do about it. */
export function meansOf(owner: JsonObject): Replacement | { readonly left: string } {
  const kind = textAt(owner, 'kind');
  if (textAt(owner, 'metadata.deletionTimestamp') !== '') return { left: 'It is being deleted.' };
  if (kind === 'Pod') return { left: 'No controller creates this pod again. Delete it, and create it again.' };
  if (!textAt(owner, 'apiVersion').match(/^(apps\/|batch\/|v1$)/)) return { left: ofOthers(kind) };
  switch (kind) {
    case 'Job':
      return { left: 'The template of a Job cannot change, and its pods end by themselves.' };
    case 'CronJob':
      return { left: 'The next Job gets the current sidecars.' };
  }
  if (replicasOf(owner) === 0) return { left: 'It has no pods.' };
  switch (kind) {
    case 'Deployment':
      return ofDeployment(owner);
    case 'StatefulSet':
      return ofStatefulSet(owner);
    case 'DaemonSet':
      return ofDaemonSet(owner);
    case 'ReplicaSet':
    case 'ReplicationController':
      return ofReplicas(owner);
  }
  return { left: ofOthers(kind) };
}

/** How many pods an owner is to have. */
export function replicasOf(owner: JsonObject): number {
  return owner.kind === 'DaemonSet'
    ? numberAt(owner, 'status.desiredNumberScheduled')
    : numberAt(owner, 'spec.replicas', 1);
}

function ofOthers(kind: string): string {
  return `Only its own controller can restart a ${kind}. Use the tool that belongs to it.`;
}

function ofDeployment(owner: JsonObject): ReturnType<typeof meansOf> {
  if (fieldAt(owner, 'spec.paused') === true)
    return { left: 'It is paused. Run kubectl rollout resume, and then this command again.' };
  const replicas = replicasOf(owner);
  if (fieldAt(owner, 'spec.strategy.type') === 'Recreate') return { by: 'controller', atOnce: replicas };
  const share = (field: string, round: (value: number) => number) =>
    shareOf(fieldAt(owner, `spec.strategy.rollingUpdate.${field}`) ?? '25%', replicas, round);
  const atOnce = share('maxUnavailable', Math.floor);
  // Its controller never takes both for 0. Source: ResolveFenceposts in pkg/controller/deployment/util.
  return { by: 'controller', atOnce: atOnce === 0 && share('maxSurge', Math.ceil) === 0 ? 1 : atOnce };
}

function ofStatefulSet(owner: JsonObject): ReturnType<typeof meansOf> {
  if (fieldAt(owner, 'spec.updateStrategy.type') === 'OnDelete') return { by: 'eviction', atOnce: 1 };
  const update = 'spec.updateStrategy.rollingUpdate';
  const partition = numberAt(owner, `${update}.partition`);
  if (partition > 0) return { left: `Its partition keeps the pods below ${partition} as they are. Set it to 0.` };
  const most = shareOf(fieldAt(owner, `${update}.maxUnavailable`) ?? 1, replicasOf(owner), Math.floor);
  return { by: 'controller', atOnce: Math.max(1, most) };
}

function ofDaemonSet(owner: JsonObject): ReturnType<typeof meansOf> {
  if (fieldAt(owner, 'spec.updateStrategy.type') === 'OnDelete') return { by: 'eviction', atOnce: 1 };
  const most = fieldAt(owner, 'spec.updateStrategy.rollingUpdate.maxUnavailable') ?? 1;
  return { by: 'controller', atOnce: shareOf(most, replicasOf(owner), Math.ceil) };
}

/** One that another workload has made is a version of that: its template is not to change. */
function ofReplicas(owner: JsonObject): ReturnType<typeof meansOf> {
  const above = controllerOf(owner);
  if (!above) return { by: 'eviction', atOnce: 1 };
  const { kind, name } = above;
  return { left: `It belongs to ${kind} ${name}, which cannot be read or is of an unknown kind. Restart that one.` };
}

/** A number of pods, or a percentage of all. */
function shareOf(value: unknown, all: number, round: (value: number) => number): number {
  const text = String(value);
  return text.endsWith('%') ? round((Number.parseFloat(text) * all) / 100) : Number(text);
}
