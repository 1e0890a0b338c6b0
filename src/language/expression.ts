import { closest } from '../core/closest.ts';
import { evaluateLater, parseCel } from './cel.ts';
import { closureOf } from './closures.ts';
import { costOf } from './cost.ts';
import { addDependencies } from './dependencies.ts';
import { callProblem } from './functions.ts';
import type { Budget, Fields, Scope, Vocabulary } from './scope.ts';
import { fixedPath, loops, partsOf, type Term } from './term.ts';

export interface Expression {
  readonly source: string;
  /** The CEL type of the result, `dyn` where it is known only for a pod. */
  readonly type: string;
  /** Evaluates to a CEL value (whole numbers are bigint). Throws CEL's own error, e.g. for `null + "x"`. */
  readonly evaluate: (scope: Scope) => unknown;
}

/** Compiles an expression once, or says what is wrong with it; nothing is thrown. */
export function compileExpression(source: string, vocabulary: Vocabulary): Expression | { readonly problem: string } {
  const { fields, dependencies, budget } = vocabulary;
  const cel = parseCel(source);
  if ('problem' in cel) return { problem: withAdvice(cel.problem) };
  const problem = problemOf(cel.term, fields);
  if (problem !== undefined) return { problem: hyphenProblem(cel.term, fields) ?? problem };
  const checked = cel.check();
  if ('problem' in checked) return { problem: hyphenProblem(cel.term, fields) ?? withGuess(checked.problem, fields) };
  const tooMuch = budgetProblem(cel.term, budget);
  if (tooMuch !== undefined) return { problem: tooMuch };
  addDependencies(cel.term, dependencies);
  const type = structureOf(cel.term, vocabulary) ?? checked.type;
  return { source, type, evaluate: closureOf(cel.term, evaluateLater(source)) ?? cel.evaluate };
}

/** For the checker, whatever a variable contains is `dyn`. */
function structureOf(term: Term, { fields, structures }: Vocabulary): 'list' | 'map' | undefined {
  const path = fixedPath(term)?.join('.');
  if (path === undefined) return undefined;
  return Object.hasOwn(fields, path) ? 'map' : structures.get(path);
}

function withAdvice(problem: string): string {
  return problem.endsWith(': namespace') ? `${problem}: write namespaceObject.metadata, as Kubernetes does` : problem;
}

/** `params.memory-limit` is a subtraction. Looked for only where something is wrong. */
function hyphenProblem(term: Term, fields: Fields): string | undefined {
  const written = hyphenated(term);
  const camelCase = written?.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (camelCase !== undefined && fields.params?.has(camelCase))
    return `params.${written} is read as a subtraction: write params.${camelCase}`;
  for (const part of partsOf(term)) {
    const problem = hyphenProblem(part, fields);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The `a-b` of `params.a-b`. */
function hyphenated(term: Term): string | undefined {
  if (term.kind !== 'operator' || term.operator !== '-') return undefined;
  const [left, right] = term.operands;
  if (!left || right?.kind !== 'variable') return undefined;
  // In `"a" + params.b-c`, the sum is the left operand.
  const [variable, field, ...more] = fixedPath(left.kind === 'operator' ? (left.operands[1] ?? left) : left) ?? [];
  const start = variable === 'params' && more.length === 0 ? field : hyphenated(left);
  return start === undefined ? undefined : `${start}-${right.name}`;
}

/** One letter is close to any other. */
function guess(name: string, known: Iterable<string>): string | undefined {
  return name.length < 3 ? undefined : closest(name, known);
}

function withGuess(problem: string, fields: Fields): string {
  const [, name] = /^Unknown variable: (\w+)$/.exec(problem) ?? [];
  const variables = Object.keys(fields).filter((path) => !path.includes('.'));
  const near = name === undefined ? undefined : guess(name, variables);
  return near === undefined ? problem : `${problem}: did you mean ${near}?`;
}

/** Adds the cost to the budget. The problem is given once, by the expression that exceeds it. */
function budgetProblem(term: Term, budget: Budget): string | undefined {
  if (budget.spent > budget.most) return undefined;
  budget.spent += costOf(term, budget.extents);
  if (budget.spent <= budget.most) return undefined;
  return `the expressions up to this one can take ${Math.round(budget.spent)} units of work, and those of a template of a namespace can take at most ${budget.most}: call and repeat less, or lower the maxLength of parameters`;
}

function problemOf(term: Term, fields: Fields): string | undefined {
  const call = callProblem(term);
  if (call !== undefined) return call;
  if (term.kind === 'loop' && term.bodies.some(hasLoop)) {
    return `${term.name}() cannot contain another loop (${[...loops].join(', ')})`;
  }
  const path = fixedPath(term) ?? [];
  const object = path.slice(0, -1).join('.');
  const known = Object.hasOwn(fields, object) ? fields[object] : undefined;
  const field = path.at(-1);
  if (known && field !== undefined && !known.has(field)) {
    const near = guess(field, known);
    const hint = near === undefined ? ` (its fields: ${[...known].join(', ') || 'none'})` : `: did you mean ${near}?`;
    return `${object} has no field ${field}${hint}`;
  }
  for (const part of partsOf(term)) {
    const problem = problemOf(part, fields);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function hasLoop(term: Term): boolean {
  return term.kind === 'loop' || partsOf(term).some(hasLoop);
}
