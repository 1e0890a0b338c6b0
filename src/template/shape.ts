import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { quantityOf } from '../core/units.ts';

/**
 * What a field of a pod can be: a kind of value, one of some keywords, a list or a map of one shape, or named fields.
 */
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
  readonly required: readonly string[];
  /** Fields of which at most one can be set. */
  readonly choice?: readonly string[];
  /** One of them must be set. */
  readonly needed?: boolean;
}
type Kind = keyof typeof kinds;

export const kinds = {
  anything: { is: () => true, noun: '' },
  text: { is: (value: Json) => typeof value === 'string', noun: 'a string in quotes' },
  number: { is: (value: Json) => Number.isInteger(value), noun: 'a whole number without quotes' },
  count: { is: (value: Json) => isWhole(value, 0), noun: 'a whole number of 0 or more without quotes' },
  seconds: { is: (value: Json) => isWhole(value, 1), noun: 'a whole number of 1 or more without quotes' },
  one: { is: (value: Json) => value === 1, noun: '1 here' },
  absent: { is: () => false, noun: 'left out here' },
  id: { is: (value: Json) => isWhole(value, 0, 2 ** 31 - 1), noun: 'a number from 0 to 2147483647 without quotes' },
  mode: { is: (value: Json) => isWhole(value, 0, 0o777), noun: 'a mode from 0 to 511 (0777) without quotes' },
  port: { is: (value: Json) => isWhole(value, 1, 65535), noun: 'a port number from 1 to 65535 without quotes' },
  portName: {
    is: (value: Json) =>
      typeof value === 'string' && (value.includes('${') || /^(?=.*[a-z])[-a-z0-9]{1,15}$/.test(value)),
    noun: 'a port name of at most 15 lower case letters, digits and hyphens',
  },
  portOrName: {
    is: (value: Json) => (typeof value === 'string' ? /[a-z]/.test(value) : isWhole(value, 1, 65535)),
    noun: 'a port number without quotes, or the name of a port',
  },
  boolean: { is: (value: Json) => typeof value === 'boolean', noun: 'true or false without quotes' },
  map: { is: isObject, noun: 'a map' },
  quantity: {
    is: (value: Json) => quantityOf(String(value)) !== undefined,
    noun: 'a quantity such as 250m or 64Mi',
  },
} as const;

function isWhole(value: Json, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** Whether a rendered tree has no problems; null stands for a field that is not set. */
export type Conforms = (tree: Json) => boolean;

/** Compiles the check of a shape. It runs for each pod, so it builds nothing. */
export function conformsTo(shape: Shape): Conforms {
  if (typeof shape === 'string') return kinds[shape].is;
  if ('words' in shape) return (tree) => typeof tree === 'string' && shape.words.includes(tree);
  if ('list' in shape) {
    const conforms = conformsTo(shape.list);
    return (tree) => Array.isArray(tree) && tree.every(conforms);
  }
  if ('each' in shape) {
    const conforms = conformsTo(shape.each);
    return (tree) => isObject(tree) && fieldsConform(tree, () => conforms);
  }
  const fields = new Map(Object.entries(shape.fields).map(([name, field]) => [name, conformsTo(field)]));
  const checkOf = (name: string) => fields.get(name);
  return (tree) =>
    isObject(tree) && fieldsConform(tree, checkOf) && isComplete(tree, shape) && choiceConforms(tree, shape);
}

function fieldsConform(tree: JsonObject, checkOf: (name: string) => Conforms | undefined): boolean {
  for (const name in tree) {
    const value = tree[name];
    if (value != null && !checkOf(name)?.(value)) return false;
  }
  return true;
}

function isComplete(tree: JsonObject, { required }: Fields): boolean {
  for (const name of required) if (tree[name] == null) return false;
  return true;
}

function choiceConforms(tree: JsonObject, { choice, needed }: Fields): boolean {
  if (!choice) return true;
  let chosen = 0;
  for (const name of choice) if (tree[name] != null) chosen++;
  return chosen <= 1 && (chosen === 1 || !needed);
}
