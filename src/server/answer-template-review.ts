import type { Json } from '../api/json.ts';
import { isObject } from '../api/json.ts';
import type { TemplateObject } from '../api/objects.ts';
import { readReview } from '../api/review.ts';
import { checkTemplate } from '../injector/check-template.ts';
import type { State } from '../injector/state.ts';
import { checkResponse } from '../report/admission-response.ts';
import type { ReviewAnswer } from './answer-review.ts';

/** Reviews a template that is being written: the bytes of a request in, the text of the answer out. Pure. */
export function answerTemplateReview(body: Buffer, state: State): ReviewAnswer {
  const read = readReview(body);
  if ('flaw' in read) return { httpStatus: 400, text: `${read.flaw}\n`, contentType: 'text/plain; charset=utf-8' };
  const object = templateOf(read.request.object);
  const { flaws, warnings } = object ? checkTemplate(object, state) : { flaws: [], warnings: [] };
  return { httpStatus: 200, text: checkResponse(read.request.uid, flaws, warnings), contentType: 'application/json' };
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
