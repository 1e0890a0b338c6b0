import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { addDependencies } from './dependencies.ts';
import { directly } from './direct.ts';
import { workOf } from './growth.ts';
import type { Budget, Fields, Scope, Vocabulary } from './scope.ts';
import { childrenOf, fixedPath } from './syntax.ts';

export interface Expression {
  readonly source: string;
  /** The CEL type that the checker found, `dyn` where it depends on a parameter. */
  readonly type: string;
  /** Evaluates to a CEL value (whole numbers are bigint). Throws CEL's own error, e.g. for `null + "x"`. */
  readonly evaluate: (scope: Scope) => unknown;
}

/** Limits of one expression. CEL has no loops but `map` and its kind over lists; as these cannot be nested, size bounds cost. */
const limits = { maxAstNodes: 250, maxDepth: 24, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 };

const environment = new Environment({ limits, homogeneousAggregateLiterals: false })
  .registerVariable('params', 'map')
  .registerVariable('instance', 'map')
  .registerVariable('cluster', 'map')
  .registerVariable('injector', 'map')
  .registerVariable('pod', 'map')
  .registerVariable('namespaceObject', 'map');

/** Compiles CEL once. The problem is a message that names the problem; nothing is thrown. */
export function compileExpression(
  source: string,
  { fields, dependencies, budget }: Vocabulary,
): Expression | { readonly problem: string } {
  const parsed = parse(source);
  if (typeof parsed === 'string') return { problem: parsed };
  const problem = problemOf(parsed.ast, fields);
  if (problem !== undefined) return { problem };
  const checked = parsed.check();
  if (!checked.valid) return { problem: firstLine(checked.error) };
  const excess = excessOf(parsed.ast, budget);
  if (excess !== undefined) return { problem: excess };
  addDependencies(parsed.ast, dependencies);
  const interpret = (scope: Scope): unknown => parsed({ ...scope });
  const direct = directly(parsed.ast);
  const evaluate = (scope: Scope): unknown => {
    const value = direct?.(scope);
    return value === undefined ? interpret(scope) : value;
  };
  return { source, type: String(checked.type), evaluate };
}

/** The result of a CEL evaluation error without the source excerpt that follows it. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function parse(source: string): ParseResult | string {
  try {
    return environment.parse(source);
  } catch (error) {
    const problem = firstLine(error);
    return problem.endsWith(': namespace') ? `${problem}: write namespaceObject.metadata, as Kubernetes does` : problem;
  }
}

function excessOf(node: ASTNode, budget: Budget): string | undefined {
  if (budget.spent > budget.most) return undefined; // told already
  budget.spent += workOf(node, budget.extents);
  if (budget.spent <= budget.most) return undefined;
  return `the expressions up to this one could put together ${Math.round(budget.spent)} characters, in a template of a namespace ${budget.most} are allowed: repeat less, or give parameters a lower maxLength`;
}

function problemOf(node: ASTNode, fields: Fields): string | undefined {
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    return 'matches() is not offered: declare a pattern on the parameter instead';
  }
  if (isLoop(node) && node.args[2].some(holdsLoop)) {
    return `a loop within ${node.args[0]}() is not offered: its cost would have no bound`;
  }
  const path = fixedPath(node) ?? [];
  const object = path.slice(0, -1).join('.');
  const known = Object.hasOwn(fields, object) ? fields[object] : undefined;
  const field = path.at(-1);
  if (known && field !== undefined && !known.has(field)) {
    return `${object} has no field ${field} (it has ${[...known].join(', ') || 'none'})`;
  }
  for (const child of childrenOf(node)) {
    const problem = problemOf(child, fields);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const loops = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

function isLoop(node: ASTNode): node is ASTNode & { op: 'rcall' } {
  return node.op === 'rcall' && loops.has(String(node.args[0]));
}

function holdsLoop(node: ASTNode): boolean {
  return isLoop(node) || childrenOf(node).some(holdsLoop);
}
