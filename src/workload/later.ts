import { isObject, type JsonObject } from '../core/json.ts';
import type { WorkloadKind } from './kinds.ts';

/** Why the pods of a workload do not follow a change of its pod template at once; undefined where they do. */
export function laterNote({ kind }: WorkloadKind, { spec }: JsonObject): string | undefined {
  const { paused, updateStrategy } = isObject(spec) ? spec : {};
  const { type, rollingUpdate } = isObject(updateStrategy) ? updateStrategy : {};
  const { partition } = isObject(rollingUpdate) ? rollingUpdate : {};
  if (paused === true) return `spec.paused: The pods change when the ${kind} is resumed.`;
  if (type === 'OnDelete') return 'spec.updateStrategy.type is OnDelete: A pod changes when it is deleted.';
  if (typeof partition === 'number' && partition > 0)
    return `spec.updateStrategy.rollingUpdate.partition: Only pods with an ordinal of ${partition} or more change.`;
  return undefined;
}
