import { isObject, type Json, objectsOf } from '../core/json.ts';
import type { WorkloadKind } from './kinds.ts';

/** What Knative calls containers without a name, by the list that they are in. */
const lists = { containers: 'user-container', initContainers: 'init-container' } as const;

/**
 * The pod template with the names that its containers get before there is a pod. Knative calls an only container
 * `user-container`, and several `user-container-0`, `user-container-1`, passing over names that are taken. A sidecar in
 * the template does not count: the containers of the app have the same names with and without it.
 * Source: knative.dev/serving, pkg/apis/serving/v1/revision_defaults.go.
 */
export function withNames(template: Json | undefined, kind: WorkloadKind | undefined): Json | undefined {
  if (kind?.names !== 'knative' || !isObject(template) || !isObject(template.spec)) return template;
  const { spec } = template;
  const taken = new Set(Object.keys(lists).flatMap((list) => objectsOf(spec[list]).map(({ name }) => name)));
  const named = Object.entries(lists).map(([list, standard]) => [list, namedIn(spec[list], standard, taken)] as const);
  return { ...template, spec: { ...spec, ...Object.fromEntries(named.filter(([, items]) => items !== undefined)) } };
}

function namedIn(list: Json | undefined, standard: string, taken: ReadonlySet<Json | undefined>): Json | undefined {
  if (!Array.isArray(list)) return list;
  const isNumbered = list.filter(isOfApp).length > 1 || taken.has(standard);
  let next = 0;
  const newName = () => {
    if (!isNumbered) return standard;
    while (taken.has(`${standard}-${next}`)) next++;
    return `${standard}-${next++}`;
  };
  return list.map((item: Json) => (isObject(item) && isNameless(item.name) ? { ...item, name: newName() } : item));
}

function isNameless(name: Json | undefined): boolean {
  return name == null || name === '';
}

function isOfApp(item: Json): boolean {
  return !isObject(item) || typeof item.name !== 'string' || !item.name.startsWith('sidecar-');
}
