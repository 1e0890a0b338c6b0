import { labelOff, namespaceProblems } from '../../engine/namespace-problems.ts';
import { policiesBrokenBy } from '../../state/broken-policies.ts';
import { policyWarnings } from '../../state/policy-warnings.ts';
import type { NamespaceFacts, State } from '../../state/state.ts';
import { injectManifests } from '../inject/inject-manifests.ts';
import { type Injection, warningsOf } from '../inject/inject-object.ts';
import { fileProblem, type Locator } from '../inject/locate.ts';
import type { Manifest } from '../inject/manifests.ts';
import { type Found, objectsIn } from '../inject/objects.ts';
import type { Reading } from '../inject/read-together.ts';
import { readAmong, writtenWarnings } from '../inject/written-warnings.ts';
import { errorOf, type Finding, warningOf } from './finding.ts';

/** Every problem and warning of manifests, templates and policies that were read together. */
export function findingsIn(reading: Reading): readonly Finding[] {
  const { before, state, templates, written, namespaces, locator } = reading;
  const { injections, files, problems } = injectManifests(reading);
  return [
    ...problems.map(errorOf),
    ...[...templates].flatMap(([template, { spot, title }]) => {
      if (template.document.kind !== 'ClusterSidecarTemplate') return [];
      return policiesBrokenBy(template, before).map((warning) => warningOf(warning, spot, [], title, locator));
    }),
    ...[...written].flatMap(([policy, { spot, title }]) =>
      policyWarnings(policy, state).map((warning) => warningOf(warning, spot, [], title, locator)),
    ),
    ...injections.flatMap((injection) => warningFindings(injection, locator)),
    ...files.flatMap(({ manifests }) => {
      const objects = manifests.flatMap((manifest) =>
        objectsIn(manifest.value, state.workloads).map((found) => ({ manifest, found })),
      );
      const isReadBeside = readAmong(objects.map(({ found }) => found));
      return objects.flatMap(({ manifest, found }) => [
        ...writtenWarnings(found, isReadBeside, state.workloads).map((each) =>
          warningOf(each, { manifest, steps: found.steps }, [], found.title, locator),
        ),
        ...namespaceWarnings(found, manifest, namespaces, state, locator),
      ]);
    }),
  ].sort(inOrder);
}

/** File by file, as an editor goes through them. */
export function inOrder(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** What is wrong with a namespace, which never stops its pods. */
function namespaceWarnings(
  { kind, name, steps, title }: Found,
  manifest: Manifest,
  namespaces: ReadonlyMap<string, NamespaceFacts>,
  state: State,
  locator: Locator,
): Finding[] {
  const facts = kind === 'Namespace' ? namespaces.get(name) : undefined;
  if (!facts) return [];
  const off = labelOff(facts);
  return [
    ...(off ? [warningOf(off, { manifest, steps }, [], title, locator)] : []),
    ...namespaceProblems({ ...facts, name }, state).map(
      (problem): Finding => ({
        ...errorOf(fileProblem(problem, { manifest, steps }, title, locator)),
        level: 'warning',
      }),
    ),
  ];
}

function warningFindings(injection: Injection, locator: Locator): Finding[] {
  const { manifest, found, podSteps } = injection;
  return warningsOf(injection)
    .filter(({ audit }) => !audit)
    .map((warning) => warningOf(warning, { manifest, steps: found.steps }, podSteps, found.title, locator));
}
