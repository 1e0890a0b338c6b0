import { answerDeletion } from '../admission/answer-deletion.ts';
import { plainText, type ReviewAnswer } from '../admission/answer-review.ts';
import { readReview } from '../admission/review.ts';
import { messageOf } from '../core/message-of.ts';
import type { State } from '../state/state.ts';
import type { ServerDeps } from './deps.ts';

/** Answers reviews of templates that are deleted, after a look at the pods that have their sidecars. */
export function createDeletionAnswers({ templateUsers }: ServerDeps) {
  return async (body: Buffer, state: State): Promise<ReviewAnswer> => {
    const read = readReview(body);
    if ('problem' in read) return plainText(400, read.problem);
    const { name, namespace } = read.request;
    const users = await templateUsers?.(name, namespace).catch(messageOf);
    return answerDeletion(read.request, state, users);
  };
}
