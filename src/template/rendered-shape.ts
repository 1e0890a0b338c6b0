import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { pathText } from '../language/template-problem.ts';
import { containerShape, mountShape, variableShape } from './container-shape.ts';
import type { Fragment } from './fragment.ts';
import { type Fields, shapeProblems } from './shape.ts';
import { volumeShape } from './volume-shape.ts';

interface ShapeProblem {
  readonly field: 'containers' | 'initContainers' | 'volumes' | 'mounts' | 'env';
  readonly message: string;
}

/** What the API server cannot read in a rendered template, such as the string "true" for `privileged`. */
export function renderedProblems(fragment: Fragment): ShapeProblem[] {
  const below = (field: ShapeProblem['field'], shape: Fields) =>
    fragment[field].flatMap((part) => problemsIn(part, shape).map((message) => ({ field, message })));
  return [
    ...below('containers', containerShape),
    ...below('initContainers', containerShape),
    ...below('volumes', volumeShape),
    ...below('mounts', mountShape),
    ...below('env', variableShape),
  ];
}

function problemsIn(part: JsonObject, shape: Fields): string[] {
  return shapeProblems(withoutNulls(part), shape, []).map(
    ({ path, message }) => `${pathText(path)} of ${JSON.stringify(part.name ?? null)} ${message}`,
  );
}

/** The API server takes null for a field that is not set. */
function withoutNulls(tree: Json): Json {
  if (Array.isArray(tree)) return tree.map(withoutNulls);
  if (!isObject(tree)) return tree;
  const entries = Object.entries(tree).flatMap(([key, value]) => (value == null ? [] : [[key, withoutNulls(value)]]));
  return Object.fromEntries(entries);
}
