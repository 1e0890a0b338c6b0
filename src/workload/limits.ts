import { isCarried } from '../core/from-workload.ts';
import { type JsonObject, scalarText } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import type { WorkloadKind } from './kinds.ts';
import { annotationsOf, type TemplateAt, templatesOf } from './templates.ts';

/**
 * Pod templates of a workload that carry its annotations, and characters that all of them together carry: the patch has
 * them all.
 */
const [maxTemplates, maxCarried] = [100, 512 * 1024];
/**
 * Pod templates on which injection is tried, and containers of all of them after the first: the author waits for the
 * answer.
 */
const [maxTried, maxContainers] = [16, 200];

/** Characters of annotations. The API server refuses an object with more, but asks its webhooks first. */
const maxAnnotations = 256 * 1024;

/** True where the API server is going to refuse the object, so that there is nothing to say about it. */
export function isOversized(annotations: JsonObject): boolean {
  let length = 0;
  for (const key in annotations) length += key.length + scalarText(annotations[key]).length;
  return length > maxAnnotations;
}

/**
 * The problem of a workload with more annotations than Kubernetes allows, or than can go to all of its pod templates.
 */
export function tooMuchToCarry(kind: WorkloadKind, object: JsonObject): Problem | undefined {
  if (!isOversized(annotationsOf(object) ?? {})) return tooManyTemplates(kind, object);
  return {
    code: 'annotation-too-large',
    path: 'metadata.annotations',
    message: `The annotations have more than the ${maxAnnotations} bytes that Kubernetes allows.`,
    fix: 'Shorten the largest annotation.',
  };
}

function tooManyTemplates(kind: WorkloadKind, object: JsonObject): Problem | undefined {
  const count = templatesOf(object, kind).length;
  let length = 0;
  for (const [key, value] of Object.entries(annotationsOf(object) ?? {}))
    if (isCarried(key)) length += key.length + scalarText(value).length;
  if (length === 0 || count <= 1 || (count <= maxTemplates && count * length <= maxCarried)) return undefined;
  return {
    code: 'too-many-pod-templates',
    path: 'metadata.annotations',
    message: `This ${kind.kind} has ${count} pod templates. Its sidecar annotations can go to ${maxTemplates}, and to fewer where they are long.`,
    fix: 'Write the annotations in the pod templates that need the sidecars.',
  };
}

/** The first of these pod templates, as many as injection is tried on. */
export function triedTemplates<T extends Pick<TemplateAt, 'template'>>(templates: readonly T[]): readonly T[] {
  let containers = 0;
  for (const [i, { template }] of templates.entries()) {
    if (i > 0) containers += containersIn(template);
    if (i >= maxTried || containers > maxContainers) return templates.slice(0, i);
  }
  return templates;
}

function containersIn({ spec }: JsonObject): number {
  const { containers, initContainers } = (spec ?? {}) as { containers?: unknown; initContainers?: unknown }; // of any type
  return [containers, initContainers].reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}
