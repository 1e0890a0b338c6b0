import { annotationKey, annotationPath } from '../api/annotations.ts';
import type { Problem } from '../api/problem.ts';
import type { Mention } from './gather.ts';
import { pathOf } from './layers.ts';

/** The problem of parameters that cannot be used together, shown at one of them. */
export function disagreement(
  { template, instance, settings }: Mention,
  name: string,
  sentence: string,
  fix: string,
): Problem {
  const place = settings.get(name)?.place;
  const path = place ? pathOf(place) : annotationPath(annotationKey(template.name, name, instance));
  return { code: 'parameters-disagree', path, sentence, fix };
}
