import { annotationKey } from '../core/annotations.ts';
import type { Problem } from '../core/problem.ts';
import { quantityOf } from '../core/units.ts';
import type { Value } from '../language/types/value.ts';
import type { Mention } from './gather.ts';
import { disagreement } from './parameters-disagree.ts';

type Params = { [field: string]: Value };

const resources = [
  { request: 'cpu', limit: 'cpu-limit', field: 'cpuLimit' },
  { request: 'memory', limit: 'memory-limit', field: 'memoryLimit' },
] as const;

/** Who reserves more than the default limit means to have it: a default never makes a pod invalid. */
export function raiseDefaultLimits({ settings }: Mention, params: Params): void {
  for (const { request, limit, field } of resources) {
    if (settings.has(request) && !settings.has(limit) && exceeds(params[request], params[field]))
      params[field] = params[request] ?? null;
  }
}

/** Limits below what is reserved: the API server would refuse the pod with a message that names no annotation. */
export function limitProblems(mention: Mention, params: Params): Problem[] {
  const { template, instance, settings } = mention;
  return resources.flatMap(({ request, limit, field }) => {
    if (!settings.has(limit) || !exceeds(params[request], params[field])) return [];
    const message = `The limit ${params[field]} is below what is reserved (${params[request]}).`;
    const fix = `Write at least "${params[request]}", or lower ${annotationKey(template.name, request, instance)}.`;
    return [disagreement(mention, limit, message, fix)];
  });
}

function exceeds(wanted: Value | undefined, allowed: Value | undefined): boolean {
  if (typeof wanted !== 'string' || typeof allowed !== 'string') return false;
  return (quantityOf(wanted) ?? 0) > (quantityOf(allowed) ?? 0);
}
