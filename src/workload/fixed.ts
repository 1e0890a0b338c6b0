import { isObject, type Json } from '../core/json.ts';
import type { WorkloadKind } from './kinds.ts';

/**
 * True where an update cannot change the pod template. The API server and JobSet allow new annotations in it only while
 * the old object is suspended. Source: k8s.io/kubernetes, pkg/registry/batch/job/strategy.go, and KEP-2926.
 */
export function isFixed({ fixed }: WorkloadKind, old: Json | undefined): boolean {
  return fixed === 'unless-suspended' && isObject(old) && !(isObject(old.spec) && old.spec.suspend === true);
}
