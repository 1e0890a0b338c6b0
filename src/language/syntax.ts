import type { ASTNode } from '@marcbachmann/cel-js';

/** The parts of an expression that are expressions themselves. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  return [node.args]
    .flat(3)
    .filter((part): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part);
}

/** A variable and the fields that follow it, `params.repo` and `params["repo"]` alike; undefined for anything else. */
export function fixedPath(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  const key =
    node.op === '.' ? node.args[1] : node.op === '[]' && node.args[1].op === 'value' ? node.args[1].args : null;
  if (typeof key !== 'string' || (node.op !== '.' && node.op !== '[]')) return undefined;
  const object = fixedPath(node.args[0]);
  return object && [...object, key];
}
