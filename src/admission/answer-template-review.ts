import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateObject } from '../core/objects.ts';
import { checkTemplate } from '../state/check-template.ts';
import type { State } from '../state/state.ts';
import { checkResponse } from './admission-response.ts';
import type { ReviewAnswer } from './answer-review.ts';
import { readReview } from './review.ts';

/** Reviews a template that is being written: the bytes of a request in, the text of the answer out. Pure. */
export function answerTemplateReview(body: Buffer, state: State): ReviewAnswer {
  const read = readReview(body);
  if ('problem' in read)
    return { httpStatus: 400, text: `${read.problem}\n`, contentType: 'text/plain; charset=utf-8' };
  const object = templateOf(read.request.object);
  const { problems, warnings } = object ? checkTemplate(object, state) : { problems: [], warnings: [] };
  return {
    httpStatus: 200,
    text: checkResponse(read.request.uid, problems, warnings),
    contentType: 'application/json',
  };
}

/** Undefined for what is no object with a name: a deletion, for instance. */
function templateOf(object: Json | undefined): TemplateObject | undefined {
  if (!isObject(object) || !isObject(object.metadata)) return undefined;
  const { name, namespace } = object.metadata;
  if (typeof name !== 'string') return undefined;
  return {
    apiVersion: String(object.apiVersion),
    kind: String(object.kind),
    metadata: typeof namespace === 'string' ? { name, namespace } : { name },
    spec: object.spec,
  };
}
