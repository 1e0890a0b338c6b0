import { isObject } from '../../core/json.ts';
import { misplacedIn } from '../../engine/misplaced-parts.ts';
import type { State } from '../../state/state.ts';
import { carriedTemplates } from '../../workload/carried-templates.ts';
import { workloadWarnings } from '../../workload/warnings.ts';
import { injectManifests } from '../inject/inject-manifests.ts';
import type { Injection } from '../inject/inject-object.ts';
import { Locator } from '../inject/locate.ts';
import { readManifests } from '../inject/manifests.ts';
import { objectsIn, valueAt } from '../inject/objects.ts';
import { readPolicies } from '../inject/policies.ts';
import type { Source } from '../inject/sources.ts';
import { errorOf, type Finding, warningOf } from './finding.ts';
import { withTemplates } from './templates.ts';

/**
 * Checks manifests, templates and policies together, as the cluster would have them: templates and policies among the files
 * count for the pods among them. `others` are policies and namespaces that the cluster has. Patches of a kustomization, which
 * have no containers, are not checked.
 */
export function checkSources(
  sources: readonly Source[],
  others: readonly Source[],
  namespace: string,
  state: State,
  now: number,
): readonly Finding[] {
  const locator = new Locator();
  const all = [...sources, ...others].map(readManifests).flatMap(({ file }) => file.manifests);
  const templates = withTemplates(all, state.catalog, state.workloads, locator);
  const policies = readPolicies(all, templates.catalog, now, locator);
  const known = { ...state, catalog: templates.catalog, policies: policies.policies };
  const result = injectManifests(sources, others, namespace, known);
  const injections = result.injections.filter(isWhole);
  const objects = new Set(injections.flatMap(({ problems }) => problems));
  const inObjects = new Set(result.injections.flatMap(({ problems }) => problems));
  const problems = [...templates.problems, ...policies.problems, ...result.problems];
  return [
    ...problems.filter((problem) => !inObjects.has(problem) || objects.has(problem)).map(errorOf),
    ...injections.flatMap((injection) => warningsOf(injection, locator)),
    ...result.files.flatMap(({ manifests }) =>
      manifests.flatMap((manifest) =>
        objectsIn(manifest.value, state.workloads).flatMap(({ object, role, workload, steps, title }) => {
          const misplaced = misplacedIn(object, role).map((message) => ({ code: 'misplaced-key' as const, message }));
          const carried = workload && carriedTemplates(workload, object, undefined);
          const warnings = workload && carried ? workloadWarnings(workload, object, undefined, carried) : [];
          return [...warnings, ...misplaced].map((each) => warningOf(each, { manifest, steps }, [], title, locator));
        }),
      ),
    ),
  ].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : 0));
}

/** Whether the pod has containers. A patch of a workload has none. */
function isWhole({ found, podSteps }: Injection): boolean {
  const pod = valueAt(found.object, podSteps);
  return podSteps.length === 0 || (isObject(pod) && isObject(pod.spec) && pod.spec.containers !== undefined);
}

function warningsOf({ manifest, found, podSteps, outcome }: Injection, locator: Locator): Finding[] {
  const warnings = 'warnings' in outcome ? outcome.warnings : [];
  return warnings
    .filter(({ code, audit }) => code !== 'misplaced-key' && !audit)
    .map((warning) => warningOf(warning, { manifest, steps: found.steps }, podSteps, found.title, locator));
}
