import { annotationKey, annotationPath } from '../core/annotations.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { Mention } from './gather.ts';

/** The problem of parameters that cannot be used together, shown at one of them. */
export function disagreement(
  { template, instance, settings }: Mention,
  name: string,
  message: string,
  fix: string,
): Problem {
  const source = settings.get(name)?.source;
  const path = source ? pathOf(source) : annotationPath(annotationKey(template.name, name, instance));
  return { code: 'parameters-disagree', path, message, fix };
}
