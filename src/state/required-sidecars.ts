import type { State } from './state.ts';

/** Names of sidecars as annotations have them: `git` of the cluster, `shop/cache` of the namespace `shop`. */
export interface RequiredSidecars {
  /** Those whose `failurePolicy` is `Fail`. */
  readonly required: readonly string[];
  /** Those with `Ignore` whose name begins with that of a required one: `git-lfs` beside `git`. */
  readonly lenient: readonly string[];
}

/** The sidecars for whose pods the API server waits when no injector answers, as their templates say. Sorted. */
export function requiredSidecars({ catalog, namespaces }: State): RequiredSidecars {
  const policies = new Map(catalog.templates.map(({ name, failurePolicy }) => [name, failurePolicy]));
  for (const [namespace, { catalog: extended }] of namespaces)
    for (const { name, failurePolicy, document } of extended?.templates ?? [])
      if (document.kind === 'SidecarTemplate') policies.set(`${namespace}/${name}`, failurePolicy);
  const names = [...policies.keys()].sort();
  const required = names.filter((name) => policies.get(name) === 'Fail');
  return { required, lenient: lenientBeside(required, names) };
}

/** Without those that a longer required name begins with: there, the stricter one counts. */
function lenientBeside(required: readonly string[], names: readonly string[]): string[] {
  const fail = new Set(required);
  const words = new Set(required.map(wordOf));
  const longer = new Set([...words].flatMap(beginningsOf));
  const beginsRequired = (name: string) => beginningsOf(wordOf(name)).some((start) => words.has(start));
  return names.filter((name) => !fail.has(name) && beginsRequired(name) && !longer.has(wordOf(name)));
}

/** `a-b-c` begins with `a` and `a-b`. */
function beginningsOf(word: string): string[] {
  return [...word.matchAll(/-/g)].map(({ index }) => word.slice(0, index));
}

const wordOf = (name: string) => name.slice(name.indexOf('/') + 1);
