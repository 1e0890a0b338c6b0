import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey, prefix } from '../core/annotations.ts';
import type { Layer } from '../core/source.ts';
import { maxNamed, readAnnotationName } from '../select/gather.ts';
import type { Policy } from './policy.ts';

/**
 * The layers of a pod and, around them, those of the policies that are for it: in the order of precedence. Only
 * policies that are enforced change anything.
 */
export function withPolicies(
  layers: readonly Layer[],
  policies: readonly Policy[],
  catalog: Catalog,
): readonly Layer[] {
  const enforced = policies.filter(({ action }) => action === 'Enforce');
  if (enforced.length === 0) return layers;
  const instances = instancesIn(layers, catalog);
  return [
    ...enforced.map((policy): Layer => ({ kind: 'lock', annotations: lockOf(policy, instances), policy: policy.name })),
    ...layers,
    ...enforced.map(({ name, defaults }): Layer => ({ kind: 'defaults', annotations: defaults, policy: name })),
  ];
}

/** A further instance of a sidecar, as `docs` of `git` in `sidecar.io/git-repo.docs`. */
interface Further {
  readonly sidecar: string;
  readonly instance: string;
}

/** What the policy locks, in each of the instances: a further instance of a sidecar must not get around a lock. */
function lockOf({ lock, require }: Policy, instances: readonly Further[]): Policy['lock'] {
  if (instances.length === 0) return lock;
  const all = { ...lock };
  for (const { sidecar, settings, locked } of require)
    for (const { instance } of instances.filter((each) => each.sidecar === sidecar))
      for (const parameter of locked) all[annotationKey(sidecar, parameter, instance)] = settings[parameter] ?? '';
  return all;
}

/** The first of them, in the order of precedence: a pod that names more is refused. */
function instancesIn(layers: readonly Layer[], { words }: Catalog): readonly Further[] {
  const found = new Map<string, Further>();
  for (const { annotations } of layers)
    for (const key in annotations) {
      if (!key.startsWith(prefix)) continue;
      const { word, instance } = readAnnotationName(key);
      const meaning = instance === '' ? undefined : words.get(word);
      if (!meaning) continue;
      const sidecar = meaning.template.name;
      found.set(`${sidecar}.${instance}`, { sidecar, instance });
      if (found.size === maxNamed) return [...found.values()];
    }
  return [...found.values()];
}
