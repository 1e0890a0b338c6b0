import type { Catalog } from '../../catalog/catalog.ts';
import { namespaceProblems } from '../../engine/namespace-problems.ts';
import { stillHeld } from '../../policy/compile.ts';
import { inForceAt, type Policy } from '../../policy/policy.ts';
import { problemsIn } from '../../policy/spec-problems.ts';
import { policiesBrokenBy } from '../../state/broken-policies.ts';
import { policyWarnings } from '../../state/policy-warnings.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import type { StateSource } from '../cluster/state-source.ts';
import { injectManifests } from '../inject/inject-manifests.ts';
import { type Injection, warningsOf } from '../inject/inject-object.ts';
import { fileProblem, Locator } from '../inject/locate.ts';
import { type Manifest, readManifests } from '../inject/manifests.ts';
import { type Found, objectsIn } from '../inject/objects.ts';
import { namespacesIn, readPolicies } from '../inject/policies.ts';
import type { Source } from '../inject/sources.ts';
import { readAmong, writtenWarnings } from '../inject/written-warnings.ts';
import { errorOf, type Finding, warningOf } from './finding.ts';
import { withTemplates } from './templates.ts';

/**
 * Checks manifests, templates and policies together, as the cluster would have them: templates and policies among the
 * files count for the pods among them. `others` are policies and namespaces that the cluster has; `source` gives the
 * rest of the state.
 */
export function checkSources(
  sources: readonly Source[],
  others: readonly Source[],
  { namespace, stateFor }: StateSource,
  now: number,
): readonly Finding[] {
  const locator = new Locator();
  const beside = readManifests(others);
  const all = [...readManifests(sources).manifests, ...beside.manifests];
  const state = stateFor([namespace, ...namespacesIn(all)]);
  const templates = withTemplates(all, state.catalog, state.workloads, locator);
  const policies = readPolicies(all, templates.catalog, now, locator);
  const written = new Set(policies.policies.map(({ name }) => name));
  const stored = state.policies.filter(({ name }) => !written.has(name));
  const kept = stored.flatMap((policy) => withCatalog(policy, templates.catalog, now) ?? []);
  const known = { ...state, catalog: templates.catalog, policies: [...kept, ...policies.policies] };
  const result = injectManifests(sources, beside.manifests, namespace, () => known);
  const problems = [...beside.problems, ...templates.problems, ...policies.problems, ...result.problems];
  return [
    ...problems.map(errorOf),
    ...[...templates.templates].flatMap(([template, { spot, title }]) => {
      if (template.document.kind !== 'ClusterSidecarTemplate') return [];
      const broken = policiesBrokenBy(template, { ...state, policies: stored });
      return broken.map((warning) => warningOf(warning, spot, [], title, locator));
    }),
    ...[...policies.written].flatMap(([policy, { spot, title }]) =>
      policyWarnings(policy, known).map((warning) => warningOf(warning, spot, [], title, locator)),
    ),
    ...result.injections.flatMap((injection) => warningFindings(injection, locator)),
    ...result.files.flatMap(({ manifests }) => {
      const objects = manifests.flatMap((manifest) =>
        objectsIn(manifest.value, state.workloads).map((found) => ({ manifest, found })),
      );
      const isReadBeside = readAmong(objects.map(({ found }) => found));
      return objects.flatMap(({ manifest, found }) => [
        ...writtenWarnings(found, isReadBeside, state.workloads).map((each) =>
          warningOf(each, { manifest, steps: found.steps }, [], found.title, locator),
        ),
        ...namespaceWarnings(found, manifest, result.namespaces, known, locator),
      ]);
    }),
  ].sort(inOrder);
}

/** File by file, as an editor goes through them. */
export function inOrder(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** The problems of a namespace, which never stop its pods. */
function namespaceWarnings(
  { kind, name, steps, title }: Found,
  manifest: Manifest,
  namespaces: ReadonlyMap<string, NamespaceFacts>,
  state: State,
  locator: Locator,
): Finding[] {
  const facts = kind === 'Namespace' ? namespaces.get(name) : undefined;
  const problems = facts ? namespaceProblems({ ...facts, name }, state) : [];
  return problems.map((problem) => ({
    ...errorOf(fileProblem(problem, { manifest, steps }, title, locator)),
    level: 'warning',
  }));
}

/** A policy of the cluster with the templates of the files; undefined where it does not count then. */
function withCatalog(policy: Policy, catalog: Catalog, now: number): Policy | undefined {
  if (!policy.broken && problemsIn(policy.spec, catalog).length === 0) return policy;
  return policy.action === 'Enforce' ? inForceAt(stillHeld(policy.name, policy.spec, catalog), now) : undefined;
}

function warningFindings(injection: Injection, locator: Locator): Finding[] {
  const { manifest, found, podSteps } = injection;
  return warningsOf(injection)
    .filter(({ audit }) => !audit)
    .map((warning) => warningOf(warning, { manifest, steps: found.steps }, podSteps, found.title, locator));
}
