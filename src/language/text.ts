import { firstLine } from './cel.ts';
import { compileExpression, type Expression } from './expression.ts';
import type { Scope, Vocabulary } from './scope.ts';

/** A piece of a template's string: text as it is, or the expression of a `${ … }`. */
export type Part = { readonly literal: string } | { readonly expression: Expression };

/**
 * Splits a string at its `${ … }`, or gives a problem for each of them that has one. `$${` is a literal `${`. Quotes
 * and braces inside an expression are respected, so `${ {"a": "}"}[params.x] }` ends where it should.
 */
export function compileText(
  text: string,
  vocabulary: Vocabulary,
): { readonly parts: readonly Part[] } | { readonly problems: readonly string[] } {
  const parts: Part[] = [];
  const problems: string[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = endOfExpression(text, at + 2);
      if (end < 0) {
        problems.push(`"${cut(text.slice(at))}" has no closing brace: add one, or write $\${ for a literal \${`);
        break;
      }
      const expression = compileExpression(text.slice(at + 2, end), vocabulary);
      if (literal !== '') parts.push({ literal });
      literal = '';
      if ('problem' in expression) problems.push(`\${${cut(text.slice(at + 2, end))}}: ${expression.problem}`);
      else parts.push({ expression });
      at = end + 1;
    } else {
      const next = text.indexOf('$', at + 1);
      const end = next < 0 ? text.length : next;
      literal += text.slice(at, end);
      at = end;
    }
  }
  if (literal !== '') parts.push({ literal });
  return problems.length > 0 ? { problems } : { parts };
}

/** The beginning of a text, in one line: enough to find it. */
function cut(text: string): string {
  const [start = ''] = text.slice(0, 200).split('\n');
  return start.length < text.length ? `${start}…` : text;
}

function endOfExpression(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}' && depth-- === 0) return at;
  }
  return -1;
}

/** Joins the parts to one string. `guard` is applied to the values of expressions, never to the template's own text. */
export function renderText(parts: readonly Part[], scope: Scope, guard: (text: string) => string): string {
  let text = '';
  for (const part of parts) {
    text += 'literal' in part ? part.literal : guard(textOf(part.expression, scope));
  }
  return text;
}

/** The value of an expression. An error names the expression. */
export function evaluated({ source, evaluate }: Expression, scope: Scope): unknown {
  try {
    return evaluate(scope);
  } catch (error) {
    throw new Error(`\${${cut(source)}}: ${firstLine(error)}`);
  }
}

function textOf(expression: Expression, scope: Scope): string {
  const value = evaluated(expression, scope);
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'number') return String(value);
  throw new Error(notText(expression, value === null ? 'null' : Array.isArray(value) ? 'list' : 'map'));
}

/** The types of values that can be part of a text, and of those that are known only for a pod. */
const textTypes = new Set(['string', 'int', 'double', 'bool', 'dyn']);

/** The problem of each expression whose value can never be part of a text. */
export function joinProblems(parts: readonly Part[]): string[] {
  return parts.flatMap((part) =>
    'literal' in part || textTypes.has(part.expression.type) ? [] : [notText(part.expression, part.expression.type)],
  );
}

/** `type` is a CEL type, such as `list<string>` or `google.protobuf.Duration`. */
function notText({ source }: Expression, type: string): string {
  const [name = type] = type.split('<');
  const what = { null: 'null', list: 'a list', map: 'a map' }[name] ?? `of the type ${name}`;
  return `\${${cut(source)}} is ${what}, which cannot be part of a text`;
}
