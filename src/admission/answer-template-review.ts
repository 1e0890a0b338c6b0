import { isObject, type Json, scalarText } from '../core/json.ts';
import type { TemplateObject } from '../core/objects.ts';
import { printable } from '../core/printable.ts';
import { maxExplained } from '../core/problem.ts';
import { policyKind } from '../policy/compile.ts';
import { checkPolicy } from '../state/check-policy.ts';
import { checkTemplate } from '../state/check-template.ts';
import type { State } from '../state/state.ts';
import { plainText, type ReviewAnswer, responseText } from './answer-review.ts';
import { warningsFor } from './messages.ts';
import { readReview } from './review.ts';
import { templateFactsOf } from './template-facts.ts';

/**
 * Reviews a template or a policy that is created or updated: the bytes of a request in, the text of the answer out.
 * Pure.
 */
export function answerTemplateReview(body: Buffer, state: State): ReviewAnswer {
  const read = readReview(body);
  if ('problem' in read) return plainText(400, read.problem);
  const object = templateOf(read.request.object);
  const check = object?.kind === policyKind ? checkPolicy : checkTemplate;
  const found = object ? check(object, state) : { problems: [], warnings: [] };
  const [problems, warnings] = [few(found.problems), few(found.warnings)];
  const text = responseText({
    uid: read.request.uid,
    allowed: problems.length === 0,
    ...(warnings.length > 0 ? { warnings: warningsFor(warnings) } : {}),
    ...(problems.length > 0 ? { status: { code: 422, reason: 'Invalid', message: problems.join('; ') } } : {}),
  });
  const checked = templateFactsOf(read.request, problems, warnings);
  return { httpStatus: 200, text, contentType: 'application/json', checked };
}

/** The first messages, each once, and how many more there are. */
function few(messages: readonly string[]): string[] {
  const all = [...new Set(messages)];
  const shown = all.slice(0, maxExplained).map(printable);
  return all.length > maxExplained ? [...shown, `… and ${all.length - maxExplained} more`] : shown;
}

/** Undefined without an object that has a name, as in a deletion. */
function templateOf(object: Json | undefined): TemplateObject | undefined {
  if (!isObject(object) || !isObject(object.metadata)) return undefined;
  const { name, namespace } = object.metadata;
  if (typeof name !== 'string') return undefined;
  return {
    apiVersion: scalarText(object.apiVersion),
    kind: scalarText(object.kind),
    metadata: typeof namespace === 'string' ? { name, namespace } : { name },
    spec: object.spec,
  };
}
