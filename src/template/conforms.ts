import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { type Fields, kinds, type Shape } from './shape.ts';

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
