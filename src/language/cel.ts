import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { isObject, type Json } from '../core/json.ts';
import { messageOf } from '../core/message-of.ts';
import type { Scope } from './scope.ts';
import { loops, type Term } from './term.ts';

// All that templates need of cel-js: its limits, its tree, its values and its errors.

/** A parsed expression. */
export interface Cel {
  readonly term: Term;
  /** The CEL type of the result, `dyn` where it depends on a parameter, or what the type checker refuses. */
  readonly check: () => { readonly type: string } | { readonly problem: string };
  /** Evaluates to a CEL value (whole numbers are bigint). Throws CEL's own error, e.g. for `null + "x"`. */
  readonly evaluate: (scope: Scope) => unknown;
}

/** Limits of one expression. Loops over lists cannot be nested (`expression.ts`), so its size bounds its cost. */
const limits = { maxAstNodes: 250, maxDepth: 24, maxListElements: 200, maxMapEntries: 100, maxCallArguments: 16 };

const environment = new Environment({ limits, homogeneousAggregateLiterals: false })
  .registerVariable('params', 'map')
  .registerVariable('instance', 'map')
  .registerVariable('cluster', 'map')
  .registerVariable('injector', 'map')
  .registerVariable('pod', 'map')
  .registerVariable('namespaceObject', 'map');

/** Parses CEL. A syntax error is a problem; nothing is thrown. */
export function parseCel(source: string): Cel | { readonly problem: string } {
  let parsed: ParseResult;
  try {
    parsed = environment.parse(source);
  } catch (error) {
    return { problem: firstLine(error) };
  }
  return {
    term: termOf(parsed.ast),
    check: () => {
      const { valid, type, error } = parsed.check();
      return valid ? { type: String(type) } : { problem: firstLine(error) };
    },
    evaluate: (scope) => parsed({ ...scope }),
  };
}

/**
 * Evaluates an expression that has been parsed before: parses it again when it is needed, so that its tree is not kept.
 */
export function evaluateLater(source: string): Cel['evaluate'] {
  let parsed: ParseResult | undefined;
  return (scope) => {
    parsed ??= environment.parse(source);
    return parsed({ ...scope });
  };
}

/** The message of an error, without the excerpt of the source that cel-js adds below it. */
export function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0] ?? '';
}

/**
 * A CEL value as JSON, each text through `guard`. Throws for values without a JSON form (bytes, timestamps, functions).
 */
export function jsonOf(value: unknown, guard: (text: string) => string): Json {
  if (typeof value === 'string') return guard(value);
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, guard));
  if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item, guard)]));
  }
  throw new Error('the expression gives a value that JSON cannot hold');
}

function termOf(node: ASTNode): Term {
  switch (node.op) {
    case 'value':
      return { kind: 'literal', value: node.args };
    case 'id':
      return { kind: 'variable', name: node.args };
    case '.':
    case '.?':
      return { kind: 'field', object: termOf(node.args[0]), name: node.args[1] };
    case '[]':
    case '[?]':
      return itemOf(termOf(node.args[0]), termOf(node.args[1]));
    case '?:':
      return { kind: 'choice', test: termOf(node.args[0]), yes: termOf(node.args[1]), no: termOf(node.args[2]) };
    case 'list':
      return { kind: 'list', items: node.args.map(termOf) };
    case 'map':
      return { kind: 'map', parts: node.args.flat().map(termOf) };
    case 'call':
      return { kind: 'function', name: node.args[0], args: node.args[1].map(termOf) };
    case 'rcall':
      return methodOf(...node.args);
    case '!_':
    case '-_':
      return { kind: 'operator', operator: node.op, operands: [termOf(node.args)] };
    default:
      return { kind: 'operator', operator: node.op, operands: node.args.map(termOf) };
  }
}

/** `params["repo"]` is the same term as `params.repo`. */
function itemOf(object: Term, key: Term): Term {
  if (key.kind === 'literal' && typeof key.value === 'string') return { kind: 'field', object, name: key.value };
  return { kind: 'item', object, key };
}

function methodOf(name: string, receiver: ASTNode, args: readonly ASTNode[]): Term {
  const [first, ...rest] = args;
  if (first?.op === 'id') {
    const variable = first.args;
    const [value, body] = rest;
    if (loops.has(name)) return { kind: 'loop', name, list: termOf(receiver), variable, bodies: rest.map(termOf) };
    if (name === 'bind' && value && body) return { kind: 'bind', variable, value: termOf(value), body: termOf(body) };
  }
  return { kind: 'method', name, receiver: termOf(receiver), args: args.map(termOf) };
}
