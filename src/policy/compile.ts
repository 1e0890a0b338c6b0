import { hash } from 'node:crypto';
import type { Catalog } from '../catalog/catalog.ts';
import { annotationKey, prefix } from '../core/annotations.ts';
import type { TemplateObject } from '../core/objects.ts';
import { type Problem, problemText } from '../core/problem.ts';
import { shapeProblems } from '../language/shape-problems.ts';
import { sentence } from '../language/template-problem.ts';
import { bad } from './bad-policy.ts';
import { type Exemption, type Policy, requiredOf } from './policy.ts';
import { requireProblems } from './required-problems.ts';
import { type PolicySpec, policyName, policySpecSchema } from './schema.ts';
import { selectorOf } from './selector.ts';
import { defaultProblems, problemsIn } from './spec-problems.ts';

/** A policy of the cluster as its author wrote it: it has the shape of a template. */
export type PolicyObject = TemplateObject;

export const policyKind = 'SidecarPolicy';

const correct = 'Correct the policy: docs/policies.md describes every field.';

/** What a policy means with this catalog, or every problem in it: `bad-policy`, with the path in the object. */
export function compilePolicy(
  { metadata: { name }, spec }: PolicyObject,
  catalog: Catalog,
): { readonly policy: Policy } | { readonly problems: readonly Problem[]; readonly spec?: PolicySpec } {
  const named = policyName.safeParse(name);
  const read = policySpecSchema.safeParse(spec);
  const issues = [
    ...(named.error?.issues ?? []).map(({ message }) => ({ path: ['metadata', 'name'], message })),
    ...(read.error ? shapeProblems(read.error, policySpecSchema, spec) : []).map(({ path, message }) => ({
      path: ['spec', ...path],
      message,
    })),
  ];
  if (!read.success || issues.length > 0)
    return { problems: issues.map(({ path, message }) => bad(path, sentence(message), correct)) };
  const problems = problemsIn(read.data, catalog);
  return problems.length > 0 ? { problems, spec: read.data } : { policy: policyOf(name, read.data) };
}

/**
 * What is left of an enforced policy that is not valid with this catalog: the API server holds all of it as before, so
 * what can be injected still is, and what cannot is `broken`. The policy itself where it is valid.
 */
export function stillHeld(name: string, spec: PolicySpec, catalog: Catalog): Policy {
  if (problemsIn(spec, catalog).length === 0) return policyOf(name, spec);
  const found = spec.require.map((each, i) => ({ each, problems: requireProblems(each, i, spec, catalog) }));
  const broken = found.flatMap(({ each: { sidecar }, problems }) =>
    problems.length > 0 ? { sidecar, why: problems.map(problemText).join(' ') } : [],
  );
  const require = found.flatMap(({ each, problems }) => (problems.length > 0 ? [] : each));
  const defaults = Object.entries(spec.defaults).filter(([key, text]) => {
    return defaultProblems(key, text, spec, catalog).length === 0;
  });
  const rest = policyOf(name, { ...spec, require, defaults: Object.fromEntries(defaults) });
  return { ...rest, spec, broken, revision: `${rest.revision}-${revisionOf(broken)}` };
}

function policyOf(name: string, spec: PolicySpec): Policy {
  const lock: { [key: string]: string } = {};
  const defaults: { [key: string]: string } = {};
  const require = spec.require.map(requiredOf);
  for (const { sidecar, settings, locked } of require) {
    lock[annotationKey(sidecar, undefined, '')] = 'true';
    for (const [parameter, text] of Object.entries(settings))
      (locked.has(parameter) ? lock : defaults)[annotationKey(sidecar, parameter, '')] = text;
  }
  for (const [key, text] of Object.entries(spec.defaults)) defaults[prefix + key] ??= text;
  return {
    ...{ name, action: spec.action, require, lock, defaults },
    ...{ spec, revision: revisionOf(spec) },
    namespaces: selectorOf(spec.namespaceSelector),
    pods: selectorOf(spec.podSelector),
    forbid: new Set(spec.forbid),
    exempt: spec.exempt.map(exemptionOf),
  };
}

function revisionOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value)).slice(0, 16);
}

/** The day of `until` belongs to the exemption. */
function exemptionOf({ podSelector, serviceAccounts, until }: PolicySpec['exempt'][number]): Exemption {
  const ends = until === undefined ? undefined : Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000;
  return { pods: selectorOf(podSelector ?? {}), serviceAccounts, ends };
}
