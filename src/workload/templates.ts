import { isObject, type Json, type JsonObject } from '../core/json.ts';
import type { WorkloadKind } from './kinds.ts';

/** A pod template of a workload. */
export interface TemplateAt {
  /** The steps from the workload to it. */
  readonly steps: readonly string[];
  readonly template: JsonObject;
}

/** The pod templates that the workload has. */
export function templatesOf(workload: Json | undefined, { templates }: WorkloadKind): TemplateAt[] {
  return templates.flatMap((path) => found(workload, path.split('.'), []));
}

function found(value: Json | undefined, [step, ...rest]: readonly string[], steps: readonly string[]): TemplateAt[] {
  if (step === undefined) return isObject(value) ? [{ steps, template: value }] : [];
  if (typeof value !== 'object' || value === null) return [];
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
  return keys.flatMap((key) => found(isObject(value) ? value[key] : value[Number(key)], rest, [...steps, key]));
}

/** The annotations in the metadata of an object or a pod template; undefined where it has none. */
export function annotationsOf(holder: Json | undefined): JsonObject | undefined {
  const metadata = isObject(holder) ? holder.metadata : undefined;
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  return isObject(annotations) ? annotations : undefined;
}
