import { textAt } from '../../core/fields.ts';
import { carriedAnnotations } from '../../core/from-workload.ts';
import { isObject } from '../../core/json.ts';
import type { Edit, Outcome } from '../../core/outcome.ts';
import type { Problem, Warning } from '../../core/problem.ts';
import type { Removal } from '../../engine/uninject.ts';
import type { State } from '../../state/state.ts';
import { claimVolumes } from '../../workload/claims.ts';
import type { ReadNamespace } from './annotations.ts';
import { readAnnotations, withAnnotations } from './annotations.ts';
import { injectAnew } from './inject-anew.ts';
import type { Locator, Spot } from './locate.ts';
import { fileProblem } from './locate.ts';
import type { FileProblem, Manifest } from './manifests.ts';
import { type Found, podAt } from './objects.ts';

/** What every object shares. */
export interface InjectContext {
  readonly state: State;
  readonly namespaces: ReadonlyMap<string, ReadNamespace>;
  /** For objects that name no namespace. */
  readonly namespace: string;
  readonly locator: Locator;
}

/** The result for one pod or workload. */
export interface Injection {
  readonly manifest: Manifest;
  readonly found: Found;
  readonly podSteps: readonly string[];
  /** What takes out the sidecars of an earlier injection, before anything is added. */
  readonly removal: Removal | undefined;
  readonly outcome: Outcome;
  readonly problems: readonly FileProblem[];
}

/** Runs the engine on one object; `podSteps` lead from the object to its pod. */
export function injectObject(
  manifest: Manifest,
  found: Found,
  podSteps: readonly string[],
  { state, namespaces, namespace, locator }: InjectContext,
): Injection {
  const own: Spot = { manifest, steps: found.steps };
  const inPod: Spot = { manifest, steps: [...found.steps, ...podSteps] };
  const written = podAt(found, podSteps);
  const podRead = readAnnotations(written, inPod, locator);
  const pod =
    podRead.problems.length > 0 && isObject(written) ? withAnnotations(written, podRead.annotations) : written;
  const isWorkload = podSteps.length > 0;
  const workload = isWorkload ? readAnnotations(found.object, own, locator) : { annotations: {}, problems: [] };
  const inNamespace = textAt(found.object, 'metadata.namespace') || namespace;
  const request = { pod, namespace: inNamespace };
  const { outcome, removal } = injectAnew(
    isWorkload
      ? {
          ...request,
          isTemplate: true,
          workload: { annotations: carriedAnnotations(workload.annotations, podRead.annotations) },
        }
      : request,
    claimVolumes(found.kind, found.object),
    state,
  );
  const spotOf = ({ path }: Problem): [Spot, string] => {
    const [, layer, rest = path] = /^(workload|namespace)\.(.*)$/s.exec(path) ?? [];
    if (layer === undefined) return [inPod, path];
    if (layer === 'workload') return [own, rest];
    const spot = namespaces.get(inNamespace)?.spot;
    return spot ? [spot, rest] : [own, path]; // of a cluster
  };
  const decided = problemsOf(outcome).map((problem) => {
    const [spot, path] = spotOf(problem);
    return { spot, problem: { ...problem, path } };
  });
  // Its quotes would not help a value that the parameter cannot have.
  const isWrongAnyway = (spot: Spot, path: string) =>
    decided.some((each) => each.spot === spot && each.problem.path === path && each.problem.code.startsWith('bad-'));
  const unquoted = [...podRead.problems.map(at(inPod)), ...workload.problems.map(at(own))].filter(
    ({ spot, problem }) => !isWrongAnyway(spot, problem.path),
  );
  const problems = [...unquoted, ...decided].map(({ spot, problem }) =>
    fileProblem(problem, spot, found.title, locator),
  );
  return { manifest, found, podSteps, removal, outcome, problems };
}

const at = (spot: Spot) => (problem: Problem) => ({ spot, problem });

/** What the engine warns of. Misplaced keys are left to `writtenWarnings`, which knows their full paths. */
export function warningsOf({ outcome }: Injection): readonly Warning[] {
  return 'warnings' in outcome ? outcome.warnings.filter(({ code }) => code !== 'misplaced-key') : [];
}

function problemsOf(outcome: Outcome): readonly Problem[] {
  if (outcome.kind === 'Refused') return outcome.problems;
  return outcome.kind === 'Failed' ? [outcome.problem] : [];
}

/** The edits of the pod. */
export function podEdits({ removal, outcome }: Injection): readonly Edit[] {
  const added = outcome.kind === 'Injected' ? outcome.patch : [];
  return removal ? [...removal.edits, ...added] : added;
}

/** The same, relative to the document that holds the object. */
export function documentEdits(injection: Injection): readonly Edit[] {
  const prefix = [...injection.found.steps, ...injection.podSteps].map((step) => `/${step}`).join('');
  return podEdits(injection).map((edit) => ({ ...edit, path: prefix + edit.path }));
}
