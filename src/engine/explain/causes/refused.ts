import type { Problem, ProblemCode, Warning } from '../../../core/problem.ts';
import { type Evidence, isAboutSidecar } from '../evidence.ts';
import { pathIn } from '../path-in.ts';
import { recreation } from '../recreate.ts';
import type { Words } from '../words.ts';

/** The injector refuses the pod, or leaves out what its namespace says. */
export interface RefusedCause extends Words {
  readonly family: 'refused';
  readonly kind: 'problem' | 'template-gone' | 'template-broken' | 'namespace-problem';
  readonly code: ProblemCode | Warning['code'];
}

/** The problems, one cause each. */
export function refusedCauses(evidence: Evidence): RefusedCause[] {
  const { outcome, live, request } = evidence;
  if (outcome.kind === 'Failed') return [causeOf(outcome.problem, evidence)];
  if (outcome.kind === 'Refused') return outcome.problems.map((problem) => causeOf(problem, evidence));
  return leftOut(evidence).map(({ code, message }) => ({
    family: 'refused',
    ...{ kind: 'namespace-problem', code, cause: message },
    fix: `Correct the annotation: kubectl edit namespace ${request.namespace}.${live?.stored ? ` ${recreation(request)}` : ''}`,
  }));
}

/** What the namespace says and what is left out for this pod, because it is a problem there. */
export function leftOut({ outcome, request }: Evidence): readonly Warning[] {
  const warnings = 'warnings' in outcome ? outcome.warnings : [];
  return warnings.filter(
    ({ sidecar, message }) => / has no effect on this pod: /.test(message) && isAboutSidecar(request.sidecar, sidecar),
  );
}

function causeOf({ code, path, message, fix }: Problem, evidence: Evidence): RefusedCause {
  const { request, live } = evidence;
  const again = live?.stored ? ` ${recreation(request)}` : '';
  const cause = path === '' ? message : `${pathIn(request, path)}: ${message}`;
  const template = code === 'unknown-annotation' ? templateOf(path, evidence) : undefined;
  if (template?.broken !== undefined)
    return {
      ...{ family: 'refused', kind: 'template-broken', code },
      cause: `The template ${template.name} is not in use: ${template.broken}`,
      fix: `Correct it: kubectl edit clustersidecartemplate ${template.name}.${again}`,
    };
  if (template)
    return {
      ...{ family: 'refused', kind: 'template-gone', code },
      cause: `${cause} The pod has its sidecar, so its template ${template.name} was deleted or renamed.`,
      fix: `Apply the template ${template.name} again, or remove the annotation.${again}`,
    };
  return { family: 'refused', kind: 'problem', code, cause, fix: `${fix}${again}` };
}

/** The template that an unknown annotation is likely about: a broken one, or one whose sidecar was injected before. */
function templateOf(path: string, { live, recorded }: Evidence): { name: string; broken?: string } | undefined {
  const [, word = ''] = /\['sidecar\.io\/([^'.]*)/.exec(path) ?? [];
  const isIts = (name: string) => word === name || word.startsWith(`${name}-`);
  const broken = live?.templates.find(({ name, ready }) => !ready && isIts(name));
  if (broken) return { name: broken.name, broken: broken.message };
  const recordedName = recorded?.map(({ name }) => name.split('.')[0] ?? '').find(isIts);
  return recordedName === undefined ? undefined : { name: recordedName };
}
