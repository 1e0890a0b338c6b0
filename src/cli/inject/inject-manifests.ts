import type { State } from '../../state/state.ts';
import { tooMuchToCarry } from '../../workload/limits.ts';
import { type Injection, injectObject } from './inject-object.ts';
import { fileProblem } from './locate.ts';
import { type FileProblem, type ManifestFile, nothingIn } from './manifests.ts';
import { objectsIn } from './objects.ts';
import type { Reading } from './read-together.ts';

/** The result for all files, with every problem of every document. */
export interface InjectedManifests {
  readonly files: readonly ManifestFile[];
  readonly injections: readonly Injection[];
  readonly problems: readonly FileProblem[];
  /** The kinds that have pod templates. */
  readonly workloads: State['workloads'];
}

/** Runs the engine on every pod and workload of manifests, with the state that was read with them, or another one. */
export function injectManifests(reading: Reading, state: State = reading.state): InjectedManifests {
  const { files, manifests, namespaces, namespace, locator, unread } = reading;
  const context = { state, namespaces, namespace, locator };
  const injections: Injection[] = [];
  const tooMuch: FileProblem[] = [];
  for (const manifest of manifests)
    for (const found of objectsIn(manifest.value, state.workloads)) {
      const problem = found.workload && tooMuchToCarry(found.workload, found.object);
      if (problem) tooMuch.push(fileProblem(problem, { manifest, steps: found.steps }, found.title, locator));
      else injections.push(...found.pods.map((podSteps) => injectObject(manifest, found, podSteps, context)));
    }
  const empty = unread.length > 0 ? [] : nothingIn(files);
  return {
    ...{ files, injections, workloads: state.workloads },
    problems: [...reading.problems, ...empty, ...tooMuch, ...injections.flatMap(({ problems }) => problems)],
  };
}
