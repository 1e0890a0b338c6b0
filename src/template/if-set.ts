import type { JsonObject } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';

const words = ['append', 'prepend', 'refuse', 'keep'] as const;

/** What a variable of a template does where the app sets it to another value. */
export interface IfSet {
  /** `append` and `prepend` join both values, `refuse` is a problem, `keep` goes without the sidecar's. */
  readonly word: (typeof words)[number];
  /** Between the two values that are joined. */
  readonly separator: string;
}

/** Reads `$ifSet` and `$separator` of a variable in `spec.env`. Adds what is wrong with them to `problems`. */
export function readIfSet(
  { $ifSet = 'refuse', $separator, ...variable }: JsonObject,
  path: TemplateProblem['path'],
  problems: TemplateProblem[],
): { readonly ifSet: IfSet; readonly variable: JsonObject } {
  const found = words.find((each) => each === $ifSet);
  const word = found ?? 'refuse';
  const joins = word === 'append' || word === 'prepend';
  const add = (field: string, message: string) => problems.push({ path: [...path, field], message });
  if (found === undefined) add('$ifSet', `must be one of ${words.join(', ')}`);
  if (joins && variable.value === undefined) add('$ifSet', `${word} joins two texts: write value beside it`);
  if ($separator !== undefined && !joins) add('$separator', 'has an effect only beside $ifSet: append or prepend');
  if ($separator !== undefined && typeof $separator !== 'string') add('$separator', 'must be a string in quotes');
  return { ifSet: { word, separator: typeof $separator === 'string' ? $separator : ' ' }, variable };
}
