import { closest } from '../core/closest.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { type Fields, kinds, type Shape } from './shape.ts';

/**
 * Where a tree of a template is not what Kubernetes accepts, as far as this is known without evaluating expressions.
 */
export function shapeProblems(tree: Json | undefined, shape: Shape, path: TemplateProblem['path']): TemplateProblem[] {
  if (tree === undefined || isOpen(tree)) return [];
  if (isObject(tree) && tree.$value !== undefined) return shapeProblems(tree.$value, shape, [...path, '$value']);
  const wrong = [{ path, message: `must be ${nounOf(shape)}, not ${shown(tree)}` }];
  if (typeof shape === 'string') return kinds[shape].is(tree) ? [] : wrong;
  if ('words' in shape) return shape.words.some((word) => word === tree) ? [] : wrong;
  if ('list' in shape) {
    if (!Array.isArray(tree)) return wrong;
    return tree.flatMap((item, i) => shapeProblems(item, shape.list, [...path, i]));
  }
  if (!isObject(tree)) return wrong;
  const entries = Object.entries(tree).filter(([key]) => !key.startsWith('$'));
  if ('each' in shape) return entries.flatMap(([key, value]) => shapeProblems(value, shape.each, [...path, key]));
  const problems = entries.flatMap(([key, value]) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    return field
      ? shapeProblems(value, field, [...path, key])
      : [{ path: [...path, key], message: unknownField(key, shape) }];
  });
  return [...problems, ...missing(tree, shape, path), ...choiceProblems(entries, shape, path)];
}

function nounOf(shape: Shape): string {
  if (typeof shape === 'string') return kinds[shape].noun;
  if ('words' in shape) return `one of ${shape.words.join(', ')}`;
  if ('list' in shape) return 'a list with each item after a hyphen';
  return 'each' in shape ? 'a map' : `${shape.of} (a map)`;
}

function missing(tree: JsonObject, { fields, required }: Fields, path: TemplateProblem['path']): TemplateProblem[] {
  return required.flatMap((name) =>
    tree[name] === undefined
      ? [{ path: [...path, name], message: `is required: ${nounOf(fields[name] ?? 'anything')}` }]
      : [],
  );
}

function choiceProblems(
  entries: readonly (readonly [string, Json | undefined])[],
  { choice = [], needed }: Fields,
  path: TemplateProblem['path'],
): TemplateProblem[] {
  const chosen = entries.filter(([key]) => choice.includes(key));
  if (needed && chosen.length === 0) return [{ path, message: `must have one of ${choice.join(', ')}` }];
  const isSure = (value: Json | undefined) => !isOpen(value) && !(isObject(value) && '$if' in value);
  const [one, other] = chosen.filter(([, value]) => isSure(value)).map(([key]) => key);
  return other === undefined ? [] : [{ path, message: `cannot have both ${one} and ${other}` }];
}

/** True for what is known only for a pod: an expression, a text that contains one, or a `$value` of these. */
function isOpen(tree: Json | undefined): boolean {
  if (typeof tree === 'string') return tree.startsWith('${') && tree.endsWith('}');
  return isObject(tree) && tree.$value !== undefined && isOpen(tree.$value);
}

function unknownField(key: string, { of, fields }: Fields): string {
  const guess = closest(key, Object.keys(fields));
  return guess === undefined ? `unknown field of ${of}` : `unknown field of ${of}: did you mean ${guess}?`;
}

function shown(tree: Json): string {
  if (Array.isArray(tree)) return 'a list';
  if (isObject(tree)) return '$if' in tree && Object.keys(tree).length === 1 ? '$if without $value' : 'a map';
  const text = JSON.stringify(tree);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
