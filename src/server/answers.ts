import { answerWith, outcomeOf, plainText, type ReviewAnswer } from '../admission/answer-review.ts';
import { answerTemplateReview } from '../admission/answer-template-review.ts';
import { type ReviewRequest, readReview } from '../admission/review.ts';
import type { Outcome } from '../core/outcome.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';

/**
 * Answers reviews of pods. Where the state may not have yet what the pod's namespace or its templates say, they are looked
 * up first; if that fails, so does the review, and the failure policy decides: no pod starts without its sidecars because
 * the injector did not know better. `needed` is how new the annotations of the namespace have to be. What waits for a lookup
 * is the body, which is read again afterwards: a parsed pod takes many times its memory.
 */
export function createPodAnswers({ state, ready, lookUp }: ServerDeps, needed: 'known' | 'current') {
  function judge(request: ReviewRequest, body: Buffer): ReviewAnswer | Promise<ReviewAnswer> {
    const outcome = outcomeOf(request, state());
    const answer = answerWith(request, outcome);
    const words = unknownWords(outcome);
    const looked = words === '' ? undefined : lookUp?.templates(request.namespace, words);
    if (!looked) return answer;
    // A refusal lets no pod start without its sidecars, and says more than a failure.
    const refusal = outcome.kind === 'Refused' ? answer : undefined;
    return looked.then((failure) => (failure !== undefined && refusal) || answerFinally(body, failure));
  }
  function afterNamespace(body: Buffer, failure: string | undefined): ReviewAnswer | Promise<ReviewAnswer> {
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    return failure === undefined ? judge(read.request, body) : answerWith(read.request, failed(failure));
  }
  function answerFinally(body: Buffer, failure: string | undefined): ReviewAnswer {
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    return answerWith(read.request, failure === undefined ? outcomeOf(read.request, state()) : failed(failure));
  }
  return (body: Buffer): ReviewAnswer | Promise<ReviewAnswer> => {
    const reason = ready();
    if (reason !== undefined || !lookUp) return answerFinally(body, reason);
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    const looked = lookUp.namespace(read.request.namespace, needed);
    return looked?.then((failure) => afterNamespace(body, failure)) ?? judge(read.request, body);
  };
}

/** Answers reviews of templates, once there is something to check them against. */
export function createTemplateAnswers({ ready }: ServerDeps): (body: Buffer, state: State) => ReviewAnswer {
  return (body, state) => {
    const reason = ready();
    return reason === undefined ? answerTemplateReview(body, state) : plainText(503, reason);
  };
}

/** The annotations that no template of the state has. On a namespace they are only a warning, and its pods go without. */
function unknownWords(outcome: Outcome): string {
  const problems = outcome.kind === 'Refused' ? outcome.problems.map(({ code, path }) => ({ code, text: path })) : [];
  const warnings = 'warnings' in outcome ? outcome.warnings.map(({ code, message }) => ({ code, text: message })) : [];
  const unknown = [...problems, ...warnings].filter(({ code }) => code === 'unknown-annotation');
  return unknown
    .map(({ text }) => text)
    .join()
    .slice(0, 1024);
}

function failed(message: string): Outcome {
  const fix = 'Create the pod again. If this stays, check that the injector reaches the API server.';
  return { kind: 'Failed', problem: { code: 'lookup-failed', path: '', message, fix }, stack: '' };
}
