import { answerWith, outcomeOf, plainText, type ReviewAnswer } from '../../src/admission/answer-review.ts';
import { readReview } from '../../src/admission/review.ts';
import type { State } from '../../src/state/state.ts';

/** The webhook without the network and without lookups: the bytes of a request in, the text of the answer out. */
export function answerReview(body: Buffer, state: State): ReviewAnswer {
  const read = readReview(body);
  return 'problem' in read ? plainText(400, read.problem) : answerWith(read.request, outcomeOf(read.request, state));
}
