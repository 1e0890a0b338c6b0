import type { NamespaceFacts, State } from '../../state/state.ts';
import { tooMuchToCarry } from '../../workload/limits.ts';
import { readNamespaces } from './annotations.ts';
import { type Injection, injectObject } from './inject-object.ts';
import { fileProblem, Locator } from './locate.ts';
import { type FileProblem, type Manifest, type ManifestFile, nothingIn, readManifests } from './manifests.ts';
import { objectsIn } from './objects.ts';
import { namespacesIn, withPoliciesOf } from './policies.ts';
import type { Source } from './sources.ts';

/** The result for all files, with every problem of every document. */
export interface InjectedManifests {
  readonly files: readonly ManifestFile[];
  readonly injections: readonly Injection[];
  /** By name. */
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  readonly problems: readonly FileProblem[];
  /** The kinds that have pod templates. */
  readonly workloads: State['workloads'];
}

/**
 * Runs the engine on every pod and workload of the files. Namespaces come from the manifests `beside` them and from
 * those themselves, which are applied together with them, and add to those of the state. `stateFor` is asked once, for
 * the namespaces of all objects.
 */
export function injectManifests(
  sources: readonly Source[],
  beside: readonly Manifest[],
  namespace: string,
  stateFor: (namespaces: readonly string[]) => State,
): InjectedManifests {
  const locator = new Locator();
  const { files, manifests, problems: inFiles } = readManifests(sources);
  const { namespaces, problems } = readNamespaces([...beside, ...manifests], locator);
  const empty = inFiles.length > 0 ? [] : nothingIn(files);
  const names = [namespace, ...namespacesIn(manifests)];
  const bareState = stateFor(names);
  const facts = withPoliciesOf(namespaces, names, bareState);
  const context = { state: { ...bareState, namespaces: facts }, namespaces, namespace, locator };
  const injections: Injection[] = [];
  const tooMuch: FileProblem[] = [];
  for (const manifest of manifests)
    for (const found of objectsIn(manifest.value, bareState.workloads)) {
      const problem = found.workload && tooMuchToCarry(found.workload, found.object);
      if (problem) tooMuch.push(fileProblem(problem, { manifest, steps: found.steps }, found.title, locator));
      else injections.push(...found.pods.map((podSteps) => injectObject(manifest, found, podSteps, context)));
    }
  return {
    ...{ files, injections, namespaces, workloads: bareState.workloads },
    problems: [...inFiles, ...empty, ...problems, ...tooMuch, ...injections.flatMap(({ problems }) => problems)],
  };
}
