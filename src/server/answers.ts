import { answerObject, decideObject } from '../admission/answer-object-review.ts';
import { answerWith, outcomeOf, plainText, type ReviewAnswer } from '../admission/answer-review.ts';
import { answerTemplateReview } from '../admission/answer-template-review.ts';
import { type ReviewRequest, readReview } from '../admission/review.ts';
import type { ObjectDecision } from '../admission/review-workload.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Problem, Warning } from '../core/problem.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';

/** How reviews of one kind are decided and answered. */
interface Reviewer<Decision> {
  readonly decide: (request: ReviewRequest, state: State) => Decision;
  /** The decision where the state is not known, for this reason. */
  readonly decideBlind: (request: ReviewRequest, reason: string, state: State) => Decision;
  readonly answer: (request: ReviewRequest, decision: Decision) => ReviewAnswer;
  readonly problemsIn: (decision: Decision) => readonly Problem[];
  readonly warningsIn: (decision: Decision) => readonly Warning[];
}

const pods: Reviewer<Outcome> = {
  decide: outcomeOf,
  // The failure policy decides: no pod starts without its sidecars because the injector did not know better.
  decideBlind: (_, reason) => failed(reason),
  answer: answerWith,
  problemsIn: (outcome) => (outcome.kind === 'Refused' ? outcome.problems : []),
  warningsIn: (outcome) => ('warnings' in outcome ? outcome.warnings : []),
};

const objects: Reviewer<ObjectDecision> = {
  decide: decideObject,
  decideBlind: (request, reason, state) => decideObject(request, state, reason),
  answer: answerObject,
  problemsIn: ({ problems }) => problems,
  warningsIn: ({ warnings }) => warnings,
};

/** Answers reviews of pods. `needed` is how new the annotations of the namespace have to be. */
export const createPodAnswers = (deps: ServerDeps, needed: 'known' | 'current') => createAnswers(deps, needed, pods);

/** Answers reviews of workloads and namespaces. */
export const createObjectAnswers = (deps: ServerDeps) => createAnswers(deps, 'known', objects);

/**
 * Answers reviews. Where the state may not have yet what the namespace or the templates say, they are looked up first.
 * What waits for a lookup is the body, which is read again afterwards: a parsed object takes many times its memory.
 */
function createAnswers<Decision>(
  { state, known, lookUp }: ServerDeps,
  needed: 'known' | 'current',
  { decide, decideBlind, answer, problemsIn, warningsIn }: Reviewer<Decision>,
) {
  function judge(request: ReviewRequest, body: Buffer): ReviewAnswer | Promise<ReviewAnswer> {
    const decision = decide(request, state());
    const answered = answer(request, decision);
    const words = unknownWords(problemsIn(decision), warningsIn(decision));
    const looked = words === '' ? undefined : lookUp?.templates(request.namespace, words);
    if (!looked) return answered;
    // A refusal lets no pod start without its sidecars, and says more than a failure.
    const refusal = problemsIn(decision).length > 0 ? answered : undefined;
    return looked.then((failure) => (failure !== undefined && refusal) || answerFinally(body, failure));
  }
  function afterNamespace(body: Buffer, failure: string | undefined): ReviewAnswer | Promise<ReviewAnswer> {
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    return failure === undefined ? judge(read.request, body) : blind(read.request, failure);
  }
  function answerFinally(body: Buffer, failure: string | undefined): ReviewAnswer {
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    return failure === undefined ? answer(read.request, decide(read.request, state())) : blind(read.request, failure);
  }
  function blind(request: ReviewRequest, failure: string): ReviewAnswer {
    return answer(request, decideBlind(request, failure, state()));
  }
  return (body: Buffer): ReviewAnswer | Promise<ReviewAnswer> => {
    const reason = known();
    if (reason !== undefined || !lookUp) return answerFinally(body, reason);
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    const { resource, namespace } = read.request;
    // A namespace that is being created cannot be looked up.
    const looked = resource === 'namespaces' ? undefined : lookUp.namespace(namespace, needed);
    return looked?.then((failure) => afterNamespace(body, failure)) ?? judge(read.request, body);
  };
}

/** Answers reviews of templates, once there is something to check them against. */
export function createTemplateAnswers({ known }: ServerDeps): (body: Buffer, state: State) => ReviewAnswer {
  return (body, state) => {
    const reason = known();
    return reason === undefined ? answerTemplateReview(body, state) : plainText(503, reason);
  };
}

/**
 * The annotations that no template of the state has. On a namespace they are only a warning, and its pods go without.
 */
function unknownWords(problems: readonly Problem[], warnings: readonly Warning[]): string {
  const found = [
    ...problems.map(({ code, path }) => ({ code, text: path })),
    ...warnings.map(({ code, message }) => ({ code, text: message })),
  ];
  return found
    .filter(({ code }) => code === 'unknown-annotation')
    .map(({ text }) => text)
    .join()
    .slice(0, 1024);
}

function failed(message: string): Outcome {
  const fix = 'Create the pod again. If this stays, check that the injector reaches the API server.';
  return { kind: 'Failed', problem: { code: 'lookup-failed', path: '', message, fix }, stack: '' };
}
