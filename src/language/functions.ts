import { closest } from '../core/closest.ts';
import { fixedPath, loops, type Term } from './term.ts';

// What expressions can call; docs/templates.md lists it, and a test calls each. CEL has more, such as getHours() with a
// time zone, whose cost nobody has measured.

const functions = ['size', 'has', 'string', 'int', 'double', 'bool', 'dyn', 'duration', 'type'];
const methods = [
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'indexOf',
  'lastIndexOf',
  'substring',
  'split',
  'trim',
  'lowerAscii',
  'upperAscii',
  'join',
  'getSeconds',
  'getMilliseconds',
];

/** The names of everything that can be called, loops included. */
export const callable: readonly string[] = [...new Set([...functions, 'cel.bind', ...methods, ...loops])];

/** The problem of a call of something else, for this term without its parts. */
export function callProblem(term: Term): string | undefined {
  if (term.kind !== 'method' && term.kind !== 'function') return undefined;
  if (term.name === 'matches') return 'matches() is not supported: declare a pattern on the parameter instead';
  if ((term.kind === 'method' ? methods : functions).includes(term.name)) return undefined;
  return `${term.name}() is not a ${term.kind} that templates can use: ${adviceOn(term)}`;
}

function adviceOn(term: Term & { kind: 'method' | 'function' }): string {
  const { kind, name, args } = term;
  if (kind === 'method' && functions.includes(name)) return `write ${name}(${shown(term.receiver)})`;
  if (kind === 'method' && loops.has(name)) return `write ${shown(term.receiver)}.${name}(each, …)`;
  const [first, ...rest] = args;
  if (kind === 'function' && (methods.includes(name) || loops.has(name)))
    return `write ${first ? shown(first) : 'value'}.${name}(${rest.length > 0 || loops.has(name) ? '…' : ''})`;
  const guess = closest(name, callable);
  return guess === undefined ? `use one of ${callable.join(', ')}` : `did you mean ${guess}?`;
}

/** A short term as it is written. */
function shown(term: Term): string {
  if (term.kind === 'literal' && typeof term.value === 'string') return JSON.stringify(term.value);
  return fixedPath(term)?.join('.') ?? 'value';
}
