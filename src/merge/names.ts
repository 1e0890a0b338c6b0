import type { Json, JsonObject } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Merge } from './placement.ts';

export function nameOf({ name }: JsonObject): string {
  return String(name);
}

/** The place of a name in a list of the pod; -1 where it has none. */
export function indexOfName(list: readonly JsonObject[] | undefined, name: Json | undefined): number {
  if (list == null) return -1;
  for (let i = 0; i < list.length; i++) if (list[i]?.name === name) return i;
  return -1;
}

/** Names of two sidecars can meet: `git` with the instance `docs`, and a sidecar `git-docs`. */
export function isNew(
  list: readonly JsonObject[],
  item: JsonObject,
  kind: 'container' | 'volume',
  { problems }: Merge,
  selected: SelectedInstance,
): boolean {
  if (indexOfName(list, item.name) < 0) return true;
  problems.push(nameTaken(kind, nameOf(item), selected.because, selected));
  return false;
}

export function nameTaken(
  kind: 'container' | 'volume',
  name: string,
  path: string,
  { template }: SelectedInstance,
): Problem {
  return {
    code: `${kind}-name-taken`,
    path,
    message: `The sidecar ${template.name} needs the name ${name} for its ${kind}, and a ${kind} with other content has it.`,
    fix: `Give your ${kind} another name; if it stems from an earlier injection, start again from the manifest without it.`,
  };
}
