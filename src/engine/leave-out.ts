import type { Catalog } from '../catalog/catalog.ts';
import { injectKey, prefix } from '../core/annotations.ts';
import type { Problem, Warning } from '../core/problem.ts';
import { type Layer, pathOf, type Source } from '../core/source.ts';
import { sidecarOf } from '../select/gather.ts';

/** The layers without what the namespace should not have said about this pod, and a warning for each problem. */
export interface LeftOut {
  readonly layers: readonly Layer[];
  readonly warnings: readonly Warning[];
}

/**
 * Leaves out the annotations of the namespace that are the source of problems: what a namespace says is a default, and
 * a problem there does not stop its pods. Where a problem is in the pod's spec, its source is what turned the sidecar
 * on (`causes`). Undefined when no problem has its source in the namespace.
 */
export function leaveOut(
  catalog: Catalog,
  layers: readonly Layer[],
  problems: readonly Problem[],
  causes: ReadonlyMap<Problem, Source>,
): LeftOut | undefined {
  const namespace = namespaceIn(layers);
  if (!namespace || problems.length === 0) return undefined;
  const paths = new Map(keysIn(namespace).map((key) => [pathOf({ kind: 'namespace', key }), key]));
  const keys = new Set<string>();
  const warnings: Warning[] = [];
  for (const problem of problems) {
    const cause = problem.path.startsWith('spec.') ? causes.get(problem) : undefined;
    const path = cause ? pathOf(cause) : problem.path;
    const key = paths.get(path);
    if (key === undefined) continue;
    keys.add(key);
    const message = `${path} has no effect on this pod: ${cause ? `${problem.path}: ` : ''}${problem.message} ${problem.fix}`;
    warnings.push({ code: problem.code, sidecar: sidecarOf(key, catalog), message });
  }
  if (keys.size === 0) return undefined;
  const leftOut = new Set([...(namespace.leftOut ?? []), ...keys]);
  return { layers: layers.map((layer) => (layer === namespace ? { ...layer, leftOut } : layer)), warnings };
}

/**
 * Leaves out all that the namespace says about sidecars, as the last resort: for problems between what it says and what
 * the pod says, and for more problems than are worth an attempt each. What the pod says about a sidecar of the
 * namespace is then a problem of the pod. Undefined when the namespace says nothing.
 */
export function leaveOutAll(
  catalog: Catalog,
  layers: readonly Layer[],
  problems: readonly Problem[],
): LeftOut | undefined {
  const namespace = namespaceIn(layers);
  const keys = namespace ? keysIn(namespace) : [];
  if (!keys.some((key) => key !== injectKey)) return undefined;
  const annotations = Object.fromEntries(
    Object.entries(namespace?.annotations ?? {}).filter(([key]) => key === injectKey || namespace?.leftOut?.has(key)),
  );
  const warnings = problems.map(({ code, path, message, fix }) => ({
    code,
    sidecar: sidecarOf(/'(.*)'/.exec(path)?.[1] ?? '', catalog),
    message: `namespace.metadata.annotations has no effect on this pod: ${path}: ${message} ${fix}`,
  }));
  return {
    layers: layers.map((layer) => (layer === namespace ? { ...layer, annotations } : layer)),
    warnings,
  };
}

function namespaceIn(layers: readonly Layer[]): Layer | undefined {
  return layers.find(({ kind }) => kind === 'namespace');
}

/** The keys that are still in effect. */
function keysIn({ annotations, leftOut }: Layer): string[] {
  return Object.keys(annotations ?? {}).filter((key) => key.startsWith(prefix) && !leftOut?.has(key));
}
