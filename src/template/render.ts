import { filesPrefix } from '../core/annotations.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Scope } from '../language/scope.ts';
import { RenderError } from '../language/template-problem.ts';
import { type Node, renderNode } from '../language/tree.ts';
import { containerShape, initContainerShape, mountShape, variableShape } from './container-shape.ts';
import { finished } from './finish.ts';
import type { Fragment } from './fragment.ts';
import type { IfSet } from './if-set.ts';
import { conformsTo, type Shape } from './shape.ts';
import type { Template, Validation } from './template.ts';
import { shapeProblems } from './tree-problems.ts';
import { volumeShape } from './volume-shape.ts';

// What runs for each pod. All other files of this folder run once for each template.

/** The compiled trees of a template. */
export interface CompiledTrees {
  readonly containers: readonly { readonly node: Node; readonly once: Node | undefined }[];
  readonly initContainers: Node;
  readonly volumes: Node;
  readonly mounts: Node;
  readonly env: readonly { readonly node: Node; readonly ifSet: IfSet }[];
  readonly files: readonly { readonly name: string; readonly node: Node }[];
  readonly annotations: Node;
  readonly pod: Node;
}

/** Makes the `render` of a template. */
export function rendererOf(trees: CompiledTrees): Template['render'] {
  return (scope) => {
    const fragment = renderTrees(trees, scope);
    const { user, group, size } = scope.params;
    const isFinished = user == null && group == null && size == null && !scope.cluster.assignsUsers;
    return isFinished ? fragment : finished(fragment, scope);
  };
}

/** Makes the `message` or the `fix` of a validation. */
export function textOf(node: Node): Validation['message'] {
  return (scope) => String(renderNode(node, scope));
}

/** Makes the `holds` of a validation. `path` is where its rule is. */
export function conditionOf(rule: Node, path: RenderError['path']): Validation['holds'] {
  return (scope) => {
    const value = renderNode(rule, scope);
    if (typeof value === 'boolean') return value;
    throw new RenderError(path, new Error('the rule must be true or false'));
  };
}

/** Renders the trees of a template for one instance, in the native or the classic form. */
function renderTrees(trees: CompiledTrees, scope: Scope): Fragment {
  const { native, id } = scope.instance;
  const part = (field: 'initContainers' | 'volumes' | 'mounts') =>
    objects(shaped(trees[field], checks[field], ['spec', field], scope));
  const container = (node: Node, i: number) =>
    objectIn(shaped(node, checks.container, ['spec', 'containers', i], scope));
  const initContainers = part('initContainers');
  const containers: JsonObject[] = [];
  for (const [i, { node, once }] of trees.containers.entries()) {
    if (native) for (const each of container(node, i)) initContainers.push({ ...each, restartPolicy: 'Always' });
    else {
      if (once) initContainers.push(...container(once, i));
      containers.push(...container(node, i));
    }
  }
  const volumes = part('volumes');
  const annotations: { [key: string]: string } = {};
  for (const { name, node } of trees.files) annotations[fileKey(id, name)] = String(renderNode(node, scope));
  if (trees.files.length > 0) volumes.push(filesVolume(id, trees.files));
  const pod = renderNode(trees.pod, scope);
  return {
    containers,
    initContainers,
    volumes,
    mounts: part('mounts'),
    env: trees.env.flatMap(({ node, ifSet }, i) =>
      objectIn(shaped(node, checks.variable, ['spec', 'env', i], scope)).map((variable) => ({ variable, ifSet })),
    ),
    annotations,
    podAnnotations: texts(renderNode(trees.annotations, scope)),
    pod: isObject(pod) ? pod : {},
  };
}

const checkOf = (shape: Shape) => ({ shape, conforms: conformsTo(shape) });
const checks = {
  container: checkOf(containerShape),
  initContainers: checkOf({ list: initContainerShape }),
  volumes: checkOf({ list: volumeShape }),
  mounts: checkOf({ list: mountShape }),
  variable: checkOf(variableShape),
};

/** A rendered part, checked: the API server would refuse a pod with a wrong type, and not name the template. */
function shaped(
  node: Node,
  { shape, conforms }: ReturnType<typeof checkOf>,
  path: RenderError['path'],
  scope: Scope,
): Json | undefined {
  const value = renderNode(node, scope);
  if ('constant' in node || value == null || conforms(value)) return value;
  const [problem] = shapeProblems(withoutNulls(value), shape, path);
  if (problem) throw new RenderError(problem.path, new Error(problem.message));
  return value;
}

/** The API server takes null for a field that is not set, which one that it requires must not be. */
function withoutNulls(tree: Json): Json {
  if (Array.isArray(tree)) return tree.map(withoutNulls);
  if (!isObject(tree)) return tree;
  const entries = Object.entries(tree).flatMap(([key, value]) => (value == null ? [] : [[key, withoutNulls(value)]]));
  return Object.fromEntries(entries);
}

function fileKey(id: string, name: string): string {
  return `${filesPrefix}${id}.${name}`;
}

/**
 * The files as a downward API volume: no ConfigMap, so an admission request has no side effects. 0555 lets scripts run.
 */
function filesVolume(id: string, files: CompiledTrees['files']): JsonObject {
  const items = files.map(({ name }) => ({
    path: name,
    fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${fileKey(id, name)}']` },
  }));
  return { name: `${id}-files`, downwardAPI: { defaultMode: 0o555, items } };
}

/** The values as texts: annotations are never anything else. */
function texts(map: Json | undefined): Fragment['podAnnotations'] {
  if (!isObject(map)) return {};
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      if (value == null || typeof value === 'object')
        throw new RenderError(['spec', 'annotations', key], new Error('must be a string, a number, true or false'));
      return [key, String(value)];
    }),
  );
}

/** Nothing where `$if` has left the container out. */
function objectIn(value: Json | undefined): readonly JsonObject[] {
  return isObject(value) ? [value] : [];
}

function objects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
