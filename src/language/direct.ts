import type { ASTNode } from '@marcbachmann/cel-js';
import type { Scope } from './scope.ts';

/** `undefined` stands for an error: the interpreter is asked then, and says which. */
type Evaluate = (scope: Scope) => unknown;
type Condition = (scope: Scope) => boolean | undefined;

/**
 * The forms that nearly all expressions of templates have (`params.style == "symlink"`, `params.a != null && !params.b`,
 * a choice between two), as closures: about ten times as fast as the interpreter, which a pod otherwise calls some forty
 * times. Undefined for every other form; a test holds these to what CEL says, errors included.
 */
export function directly(node: ASTNode): Evaluate | undefined {
  switch (node.op) {
    case '.':
      return field(node.args[0], node.args[1]);
    case 'value':
      return literal(node.args);
    case '?:':
      return choice(node.args[0], node.args[1], node.args[2]);
    default:
      return condition(node);
  }
}

function field(object: ASTNode, name: string): Evaluate | undefined {
  if (object.op !== 'id') return undefined;
  if (object.args === 'params') return (scope) => scope.params[name];
  if (object.args === 'instance' && (name === 'id' || name === 'name' || name === 'sidecar' || name === 'native')) {
    return (scope) => scope.instance[name];
  }
  return undefined;
}

function literal(value: unknown): Evaluate | undefined {
  return typeof value === 'string' || typeof value === 'bigint' || value === null ? () => value : undefined;
}

function condition(node: ASTNode): Condition | undefined {
  switch (node.op) {
    case '.':
      return truth(node);
    case '==':
    case '!=':
      return comparison(node.args[0], node.args[1], node.op === '==');
    case '!_':
      return negation(node.args);
    case '&&':
    case '||':
      return junction(node.args[0], node.args[1], node.op === '||');
    case 'rcall':
      return beginning(node.args[0], node.args[1], node.args[2]);
    default:
      return undefined;
  }
}

function truth(node: ASTNode & { op: '.' }): Condition | undefined {
  const evaluate = field(node.args[0], node.args[1]);
  return (
    evaluate &&
    ((scope) => {
      const value = evaluate(scope);
      return typeof value === 'boolean' ? value : undefined;
    })
  );
}

/** Equality with a text or null: for those, and only for those, CEL and JavaScript agree whatever stands on the left. */
function comparison(left: ASTNode, right: ASTNode, equal: boolean): Condition | undefined {
  if (right.op !== 'value' || (typeof right.args !== 'string' && right.args !== null)) return undefined;
  const value = right.args;
  const evaluate = left.op === '.' ? field(left.args[0], left.args[1]) : undefined;
  return evaluate && ((scope) => (evaluate(scope) === value) === equal);
}

function negation(inner: ASTNode): Condition | undefined {
  const holds = condition(inner);
  return (
    holds &&
    ((scope) => {
      const value = holds(scope);
      return value === undefined ? undefined : !value;
    })
  );
}

/** In CEL one side can decide (`false` for `&&`, `true` for `||`) whatever becomes of the other, an error included. */
function junction(left: ASTNode, right: ASTNode, decisive: boolean): Condition | undefined {
  const [first, second] = [condition(left), condition(right)];
  if (!first || !second) return undefined;
  return (scope) => {
    const a = first(scope);
    if (a === decisive) return decisive;
    const b = second(scope);
    if (b === decisive) return decisive;
    return a === undefined || b === undefined ? undefined : !decisive;
  };
}

/** `params.repo.startsWith("http")`. */
function beginning(method: string, object: ASTNode, args: readonly ASTNode[]): Condition | undefined {
  const [prefix] = args;
  if (method !== 'startsWith' || object.op !== '.' || prefix?.op !== 'value' || typeof prefix.args !== 'string')
    return undefined;
  const start = prefix.args;
  const evaluate = field(object.args[0], object.args[1]);
  return (
    evaluate &&
    ((scope) => {
      const value = evaluate(scope);
      return typeof value === 'string' ? value.startsWith(start) : undefined;
    })
  );
}

function choice(test: ASTNode, yes: ASTNode, no: ASTNode): Evaluate | undefined {
  const [holds, first, second] = [condition(test), directly(yes), directly(no)];
  if (!holds || !first || !second) return undefined;
  return (scope) => {
    const value = holds(scope);
    return value === undefined ? undefined : value ? first(scope) : second(scope);
  };
}
