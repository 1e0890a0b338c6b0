import { closest } from '../core/closest.ts';
import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { quantityOf } from '../core/units.ts';
import type { TemplateProblem } from '../language/template-problem.ts';

/** What may stand at a place of a pod: a kind of value, some words, a list or a map of one shape, or named fields. */
export type Shape =
  | Kind
  | { readonly words: readonly string[] }
  | { readonly list: Shape }
  | { readonly each: Shape }
  | Fields;
export interface Fields {
  /** What this is, with its article, as in "a container". */
  readonly of: string;
  readonly fields: { readonly [name: string]: Shape };
  /** Fields of which it has one only. */
  readonly choice?: readonly string[];
  /** It must have one of them. */
  readonly needed?: boolean;
}
type Kind = keyof typeof kinds;

const kinds = {
  anything: { is: () => true, message: '' },
  text: { is: (value: Json) => typeof value === 'string', message: 'where only text can be: put it between quotes' },
  number: {
    is: (value: Json) => Number.isInteger(value),
    message: 'where only a whole number can be, without quotes',
  },
  port: {
    is: (value: Json) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535,
    message: 'where only a port can be: a number from 1 to 65535, without quotes',
  },
  portName: {
    is: (value: Json) =>
      typeof value === 'string' && (value.includes('${') || /^(?=.*[a-z])[-a-z0-9]{1,15}$/.test(value)),
    message: 'where only the name of a port can be: at most 15 lower case letters, digits and hyphens',
  },
  portOrName: {
    is: (value: Json) => (typeof value === 'string' ? /[a-z]/.test(value) : Number.isInteger(value)),
    message: 'where only a port can be: a number without quotes, or the name of a port',
  },
  boolean: {
    is: (value: Json) => typeof value === 'boolean',
    message: 'where only true or false can be, without quotes',
  },
  map: { is: isObject, message: 'where only a map can be' },
  quantity: {
    is: (value: Json) => quantityOf(String(value)) !== undefined,
    message: 'where only a quantity can be, such as 250m or 64Mi',
  },
} as const;

/** Where a tree of a template is not what Kubernetes takes there, as far as it can be seen before expressions are known. */
export function shapeProblems(tree: Json | undefined, shape: Shape, path: TemplateProblem['path']): TemplateProblem[] {
  if (tree === undefined || isOpen(tree)) return [];
  if (isObject(tree) && tree.$value !== undefined) return shapeProblems(tree.$value, shape, [...path, '$value']);
  const wrong = (what: string): TemplateProblem[] => [{ path, message: `has ${shown(tree)}, ${what}` }];
  if (typeof shape === 'string') return kinds[shape].is(tree) ? [] : wrong(kinds[shape].message);
  if ('words' in shape)
    return shape.words.some((word) => word === tree) ? [] : wrong(`where only ${shape.words.join(', ')} can be`);
  if ('list' in shape) {
    if (!Array.isArray(tree)) return wrong('where only a list can be: write each item after a hyphen');
    return tree.flatMap((item, i) => shapeProblems(item, shape.list, [...path, i]));
  }
  if (!isObject(tree)) return wrong(`where only ${'of' in shape ? shape.of : 'a map'} can be, which is a map`);
  const entries = Object.entries(tree).filter(([key]) => !key.startsWith('$'));
  if ('each' in shape) return entries.flatMap(([key, value]) => shapeProblems(value, shape.each, [...path, key]));
  const problems = entries.flatMap(([key, value]) => {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    return field
      ? shapeProblems(value, field, [...path, key])
      : [{ path: [...path, key], message: unknown(key, shape) }];
  });
  const certain = entries.filter(([key, value]) => shape.choice?.includes(key) && !(isObject(value) && '$if' in value));
  if (shape.needed && entries.every(([key]) => !shape.choice?.includes(key)))
    return [...problems, { path, message: `has none of ${shape.choice?.join(', ')}` }];
  const [one, other] = certain.map(([key]) => key);
  return other === undefined
    ? problems
    : [...problems, { path, message: `has ${one} and ${other}, of which there can be one` }];
}

/** Only known when a pod comes: an expression, or text with one in it, or a map that stands for a value. */
function isOpen(tree: Json | undefined): boolean {
  if (typeof tree === 'string') return tree.startsWith('${') && tree.endsWith('}');
  return isObject(tree) && tree.$value !== undefined && isOpen(tree.$value);
}

function unknown(key: string, { of, fields }: Fields): string {
  const guess = closest(key, Object.keys(fields));
  return guess === undefined ? `is no field of ${of}` : `is no field of ${of}: did you mean ${guess}?`;
}

function shown(tree: Json): string {
  if (Array.isArray(tree)) return 'a list';
  if (isObject(tree)) return '$if' in tree && Object.keys(tree).length === 1 ? '$if without $value' : 'a map';
  const text = JSON.stringify(tree);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
