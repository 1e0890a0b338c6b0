import { hash } from 'node:crypto';
import { filesPrefix } from '../core/annotations.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Fact } from '../language/dependencies.ts';
import type { Parameter } from '../language/parameter.ts';
import type { Scope } from '../language/scope.ts';
import { RenderError } from '../language/template-problem.ts';
import { type Node, renderNode } from '../language/tree.ts';
import type { Fragment } from './fragment.ts';
import type { TemplateDocument, TemplateSpec } from './schema.ts';

/** A rule that the parameters of a pod must follow. */
export interface Validation {
  readonly holds: (scope: Scope) => boolean;
  readonly parameter: string;
  readonly message: (scope: Scope) => string;
  readonly fix: (scope: Scope) => string;
}

/** A compiled and checked template. Rendering it for a pod parses nothing. */
export interface Template {
  readonly name: string;
  readonly document: TemplateDocument;
  /** Changes when anything in the template changes. */
  readonly revision: string;
  readonly failurePolicy: TemplateSpec['failurePolicy'];
  /** By the word in the annotation, common parameters included, in the order of declaration. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly activating: readonly string[];
  readonly validations: readonly Validation[];
  /** The parts of the pod and its namespace that the expressions read; none for most templates. */
  readonly dependencies: ReadonlySet<Fact>;
  /** Gives the parts of a pod. Throws what an expression throws. */
  readonly render: (scope: Scope) => Fragment;
}

/** The compiled trees of a template. */
export interface CompiledTrees {
  readonly containers: readonly { readonly native: Node; readonly classic: Node; readonly once: Node | undefined }[];
  readonly initContainers: Node;
  readonly volumes: Node;
  readonly mounts: Node;
  readonly env: Node;
  readonly files: readonly { readonly name: string; readonly node: Node }[];
  readonly annotations: Node;
  readonly pod: Node;
}

export function revisionOf(spec: TemplateSpec): string {
  return hash('sha256', JSON.stringify(spec)).slice(0, 16);
}

/** Puts the trees together for one instance, in the native or the classic form. */
export function renderTrees(trees: CompiledTrees, scope: Scope): Fragment {
  const { native, id } = scope.instance;
  const initContainers = objects(renderNode(trees.initContainers, scope));
  const containers: JsonObject[] = [];
  for (const forms of trees.containers) {
    if (native) initContainers.push(...objectIn(renderNode(forms.native, scope)));
    else {
      if (forms.once) initContainers.push(...objectIn(renderNode(forms.once, scope)));
      containers.push(...objectIn(renderNode(forms.classic, scope)));
    }
  }
  const volumes = objects(renderNode(trees.volumes, scope));
  const annotations: { [key: string]: string } = {};
  for (const { name, node } of trees.files) annotations[fileKey(id, name)] = String(renderNode(node, scope));
  if (trees.files.length > 0) volumes.push(filesVolume(id, trees.files));
  const pod = renderNode(trees.pod, scope);
  return {
    containers,
    initContainers,
    volumes,
    mounts: objects(renderNode(trees.mounts, scope)),
    env: objects(renderNode(trees.env, scope)),
    annotations,
    podAnnotations: texts(renderNode(trees.annotations, scope)),
    pod: isObject(pod) ? pod : {},
  };
}

function fileKey(id: string, name: string): string {
  return `${filesPrefix}${id}.${name}`;
}

/** The files as a downward API volume: no ConfigMap, so an admission request has no side effects. 0555 lets scripts run. */
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
