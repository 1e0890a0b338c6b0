import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Vocabulary } from '../language/scope.ts';
import type { TemplateProblem } from '../language/template-problem.ts';
import { compileTexts, compileTree, type Node } from '../language/tree.ts';
import { containerShape, initContainerShape, mountShape, variableShape } from './container-shape.ts';
import { hardened, hardeningProblems, onceOf, onceProblems, withImage } from './hardening.ts';
import { readIfSet } from './if-set.ts';
import type { CompiledTrees } from './render.ts';
import type { TemplateDocument } from './schema.ts';
import { needsTokenVolume, tokenVolume, withoutToken } from './token.ts';
import { shapeProblems } from './tree-problems.ts';
import { volumeShape } from './volume-shape.ts';

const shapes = [
  ['containers', containerShape],
  ['initContainers', initContainerShape],
  ['volumes', volumeShape],
  ['mounts', mountShape],
  ['env', variableShape],
] as const;

/** Stands for a tree that has problems. */
const nothing: Node = { constant: null };

/** Compiles the parts of a template that become parts of a pod. Adds what is wrong with them to `problems`. */
export function compileTrees(
  { spec }: TemplateDocument,
  vocabulary: Vocabulary,
  problems: TemplateProblem[],
): CompiledTrees {
  const withImages = {
    ...spec,
    containers: spec.containers.map(withImage),
    initContainers: spec.initContainers.map(withImage),
  };
  for (const [field, shape] of shapes)
    problems.push(...shapeProblems(withImages[field], { list: shape }, ['spec', field]));
  const compile = (tree: Json, path: readonly (string | number)[], compileAs = compileTree): Node => {
    const node = compileAs(tree, path, vocabulary);
    if (!('problems' in node)) return node;
    problems.push(...node.problems);
    return nothing;
  };
  const complete = (container: JsonObject) => hardened(spec.serviceAccountToken ? container : withoutToken(container));
  const containers = spec.containers.map(({ $once, ...container }, i) => {
    const path = ['spec', 'containers', i];
    const wrong = [...hardeningProblems(container, path), ...onceProblems($once, [...path, '$once'])];
    problems.push(...wrong);
    if (wrong.length > 0) return { node: nothing, once: undefined };
    const node = compile(complete(container), path);
    const once = isObject($once) ? compile(complete(onceOf(container, $once)), path) : undefined;
    return { node, once };
  });
  for (const [i, container] of spec.initContainers.entries())
    problems.push(...hardeningProblems(container, ['spec', 'initContainers', i]));
  return {
    containers,
    initContainers: compile(spec.initContainers.map(complete), ['spec', 'initContainers']),
    volumes: compile(needsTokenVolume(spec) ? [...spec.volumes, tokenVolume] : spec.volumes, ['spec', 'volumes']),
    mounts: compile(spec.mounts, ['spec', 'mounts']),
    env: spec.env.map((item, i) => {
      const path = ['spec', 'env', i];
      const { ifSet, variable } = readIfSet(item, path, problems);
      return { node: compile(variable, path), ifSet };
    }),
    files: spec.files.map(({ name, text, content }, i) => {
      const node: Node =
        text === undefined ? compile(content ?? '', ['spec', 'files', i, 'content'], compileTexts) : { constant: text };
      return { name, node };
    }),
    annotations: compile(spec.annotations ?? {}, ['spec', 'annotations'], compileTexts),
    pod: compile(spec.pod, ['spec', 'pod']),
  };
}
