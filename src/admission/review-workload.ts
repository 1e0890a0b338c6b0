import type { JsonObject } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';
import { type Problem, problemText, type Warning } from '../core/problem.ts';
import { inject } from '../engine/inject.ts';
import { misplacedIn } from '../engine/misplaced-parts.ts';
import type { State } from '../state/state.ts';
import { carriedTemplates, isCopy } from '../workload/carried-templates.ts';
import { carryEdits, carrying } from '../workload/carry.ts';
import { claimVolumes, withClaims } from '../workload/claims.ts';
import type { WorkloadKind } from '../workload/kinds.ts';
import { tooMuchToCarry, triedTemplates } from '../workload/limits.ts';
import { withNames } from '../workload/names.ts';
import { inWorkload, problemIn } from '../workload/paths.ts';
import { workloadWarnings } from '../workload/warnings.ts';

/** A workload that is created or updated. */
export interface WorkloadRequest {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly object: JsonObject;
  /** What is stored before an update. */
  readonly old: JsonObject | undefined;
}

/** What becomes of an object that is being written. With problems, it is refused. */
export interface ObjectDecision {
  readonly edits: readonly Edit[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/**
 * What becomes of a workload: its pod templates carry what its annotations say, and injection is tried on them. A new
 * problem is a refusal, one that the stored object has already is a warning. `unknown` says why injection cannot be
 * tried; the annotations are carried all the same.
 */
export function reviewWorkload(request: WorkloadRequest, state: State, unknown?: string): ObjectDecision {
  const { kind, object, old } = request;
  if (isCopy(state.workloads, object)) return { edits: [], problems: [], warnings: [] };
  const tooMuch = tooMuchToCarry(kind, object);
  if (tooMuch)
    return { edits: [], ...(old && tooMuchToCarry(kind, old) ? asWarnings([tooMuch]) : asProblems([tooMuch])) };
  const templates = carriedTemplates(kind, object, old);
  const edits = templates.flatMap((each) => carryEdits(each, each.text));
  const notes = [...workloadWarnings(kind, object, old, templates)];
  if (unknown !== undefined) {
    const message = `The sidecars of this ${kind.kind} could not be checked: ${unknown}`;
    return { edits, problems: [], warnings: [...notes, { code: 'lookup-failed', sidecar: '', message }] };
  }
  const tried = triedTemplates(templates);
  if (tried.length < templates.length) notes.push(notTried(tried.length, templates.length));
  const pods = tried.map(({ steps, template, text }) => ({ steps, pod: carrying({ steps, template }, text) }));
  const { problems, warnings } = tryInjection(request, object, pods, state);
  const misplaced = misplacedIn(object, 'workload').map(
    (message): Warning => ({ code: 'misplaced-key', sidecar: '', message }),
  );
  const all = [...notes, ...warnings, ...misplaced];
  if (problems.length === 0 || !old) return { edits, problems, warnings: all };
  const formers = tried.flatMap(({ steps, former, said }) =>
    former ? { steps, pod: carrying({ steps, template: former }, said) } : [],
  );
  const known = new Set(tryInjection(request, old, formers, state).problems.map(identityOf));
  const added = problems.filter((problem) => !known.has(identityOf(problem)));
  if (added.length > 0) return { edits, problems: added, warnings: all };
  return { edits, problems: [], warnings: [...asWarnings(problems).warnings, ...all] };
}

const asProblems = (problems: readonly Problem[]) => ({ problems, warnings: [] });
const asWarnings = (problems: readonly Problem[]) => ({
  problems: [],
  warnings: problems.map((problem): Warning => ({ code: problem.code, sidecar: '', message: problemText(problem) })),
});

function notTried(tried: number, all: number): Warning {
  const message = `Injection was tried on ${tried} of ${all} pod templates: problems in the others are reported when their pods are created.`;
  return { code: 'not-tried', sidecar: '', message };
}

interface PodAt {
  readonly steps: readonly string[];
  readonly pod: JsonObject;
}

/** What the pods of an object would meet. */
function tryInjection(
  { kind, namespace }: WorkloadRequest,
  object: JsonObject,
  pods: readonly PodAt[],
  state: State,
): Omit<ObjectDecision, 'edits'> {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const { steps, pod } of pods) {
    const made = withClaims(withNames(pod, kind), claimVolumes(kind.kind, object));
    const outcome = inject({ pod: made, namespace, isTemplate: true }, state);
    if (outcome.kind === 'Refused') problems.push(...outcome.problems.map((problem) => problemIn(problem, steps)));
    if (outcome.kind === 'Failed')
      warnings.push({
        code: outcome.problem.code,
        sidecar: '',
        message: problemText(problemIn(outcome.problem, steps)),
      });
    else
      for (const warning of outcome.warnings)
        if (warning.code !== 'misplaced-key' && warning.audit !== true)
          warnings.push({ ...warning, message: inWorkload(warning.message, steps) });
  }
  return { problems, warnings };
}

/**
 * A problem without the positions of its path and message, which change when a container or a mount is added before it.
 */
function identityOf({ code, path, message }: Problem): string {
  return `${code} ${path} ${message}`.replaceAll(/\[\d+\]/g, '');
}
