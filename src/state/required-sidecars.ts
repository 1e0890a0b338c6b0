import type { State } from './state.ts';

/** Names of sidecars as annotations have them: `git` of the cluster, `shop/cache` of the namespace `shop`. */
export interface RequiredSidecars {
  /** Those whose `failurePolicy` is `Fail`. */
  readonly required: readonly string[];
  /** Those with `Ignore` whose name begins with that of a required one: `git-lfs` beside `git`. */
  readonly lenient: readonly string[];
  /** `shop/git-lfs` where the namespace `shop` requires a longer name, such as `git-lfs-x`: it is not lenient there. */
  readonly strictIn: readonly string[];
}

/** The sidecars for whose pods the API server waits when no injector answers, as their templates say. Sorted. */
export function requiredSidecars({ catalog, namespaces }: State): RequiredSidecars {
  const failurePolicies = new Map(catalog.templates.map(({ name, failurePolicy }) => [name, failurePolicy]));
  for (const [namespace, { catalog: extended }] of namespaces)
    for (const { name, failurePolicy, document } of extended?.templates ?? [])
      if (document.kind === 'SidecarTemplate') failurePolicies.set(`${namespace}/${name}`, failurePolicy);
  const names = [...failurePolicies.keys()].sort();
  const required = names.filter((name) => failurePolicies.get(name) === 'Fail');
  const words = new Set(required.map(wordOf));
  const beginnings = new Set(
    required.flatMap((name) => beginningsOf(wordOf(name)).map((word) => scopeOf(name) + word)),
  );
  const lenient = names.filter(
    (name) =>
      failurePolicies.get(name) !== 'Fail' &&
      beginningsOf(wordOf(name)).some((word) => words.has(word)) &&
      // Where a longer required name begins with it, the stricter one counts.
      !beginnings.has(wordOf(name)) &&
      !beginnings.has(name),
  );
  const lenientNames = new Set(lenient);
  const strictIn = [...beginnings].filter((name) => scopeOf(name) !== '' && lenientNames.has(wordOf(name))).sort();
  return { required, lenient, strictIn };
}

/** `a-b-c` begins with `a` and `a-b`. */
function beginningsOf(word: string): string[] {
  return [...word.matchAll(/-/g)].map(({ index }) => word.slice(0, index));
}

const wordOf = (name: string) => name.slice(name.indexOf('/') + 1);
/** `shop/` of `shop/cache`, nothing of `git`. */
const scopeOf = (name: string) => name.slice(0, name.indexOf('/') + 1);
