import type { Scope } from './scope.ts';
import type { Term } from './term.ts';

/** `undefined` stands for an error, or a part that has no closure: the interpreter evaluates the whole term then. */
type Evaluate = (scope: Scope) => unknown;
type Condition = (scope: Scope) => boolean | undefined;

/**
 * Evaluates a term by closures where it has one of the forms that nearly all expressions of templates have, such as
 * `params.a != null && !params.b`; for errors, by the interpreter. Undefined for a term of another form.
 * docs/architecture.md says what it saves.
 */
export function closureOf(term: Term, interpret: Evaluate): Evaluate | undefined {
  const closure = directly(term);
  if (!closure) return undefined;
  return (scope) => {
    const value = closure(scope);
    return value === undefined ? interpret(scope) : value;
  };
}

/** The closure of a term, undefined where it has another form. A test compares closures with CEL, errors included. */
export function directly(term: Term): Evaluate | undefined {
  switch (term.kind) {
    case 'field':
      return field(term);
    case 'literal':
      return literal(term.value);
    case 'choice':
      return choice(term);
    default:
      return condition(term);
  }
}

function field(term: Term): Evaluate | undefined {
  if (term.kind !== 'field' || term.object.kind !== 'variable') return undefined;
  const { object, name } = term;
  if (object.name === 'params') return (scope) => scope.params[name];
  if (object.name === 'instance' && (name === 'id' || name === 'name' || name === 'sidecar' || name === 'native')) {
    return (scope) => scope.instance[name];
  }
  return undefined;
}

function literal(value: unknown): Evaluate | undefined {
  return typeof value === 'string' || typeof value === 'bigint' || value === null ? () => value : undefined;
}

function condition(term: Term): Condition | undefined {
  if (term.kind === 'field') return truth(term);
  if (term.kind === 'method') return beginning(term);
  if (term.kind !== 'operator') return undefined;
  const [left, right] = term.operands;
  switch (term.operator) {
    case '==':
    case '!=':
      return left && right && comparison(left, right, term.operator === '==');
    case '!_':
      return left && negation(left);
    case '&&':
    case '||':
      return left && right && junction(left, right, term.operator === '||');
    default:
      return undefined;
  }
}

function truth(term: Term): Condition | undefined {
  const evaluate = field(term);
  return (
    evaluate &&
    ((scope) => {
      const value = evaluate(scope);
      return typeof value === 'boolean' ? value : undefined;
    })
  );
}

/** Equality with a text or null: for those, and only for those, CEL and JavaScript agree whatever the left side is. */
function comparison(left: Term, right: Term, equal: boolean): Condition | undefined {
  if (right.kind !== 'literal' || (typeof right.value !== 'string' && right.value !== null)) return undefined;
  const { value } = right;
  const evaluate = field(left);
  return evaluate && ((scope) => (evaluate(scope) === value) === equal);
}

function negation(inner: Term): Condition | undefined {
  const holds = condition(inner);
  return (
    holds &&
    ((scope) => {
      const value = holds(scope);
      return value === undefined ? undefined : !value;
    })
  );
}

/** In CEL one side can decide (`false` for `&&`, `true` for `||`) whatever the other gives, an error included. */
function junction(left: Term, right: Term, decisive: boolean): Condition | undefined {
  const first = condition(left);
  if (!first) return undefined;
  const second = condition(right) ?? undecided;
  return (scope) => {
    const a = first(scope);
    if (a === decisive) return decisive;
    const b = second(scope);
    if (b === decisive) return decisive;
    return a === undefined || b === undefined ? undefined : !decisive;
  };
}

const undecided = (): undefined => undefined;

/** `params.repo.startsWith("http")`. */
function beginning({ name, receiver, args: [prefix] }: Term & { kind: 'method' }): Condition | undefined {
  if (name !== 'startsWith' || prefix?.kind !== 'literal' || typeof prefix.value !== 'string') return undefined;
  const start = prefix.value;
  const evaluate = field(receiver);
  return (
    evaluate &&
    ((scope) => {
      const value = evaluate(scope);
      return typeof value === 'string' ? value.startsWith(start) : undefined;
    })
  );
}

function choice({ test, yes, no }: Term & { kind: 'choice' }): Evaluate | undefined {
  const holds = condition(test);
  if (!holds) return undefined;
  const [first, second] = [directly(yes) ?? undecided, directly(no) ?? undecided];
  return (scope) => {
    const value = holds(scope);
    return value === undefined ? undefined : value ? first(scope) : second(scope);
  };
}
