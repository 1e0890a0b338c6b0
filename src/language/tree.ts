import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import { jsonOf } from './cel.ts';
import type { Scope, Vocabulary } from './scope.ts';
import { RenderError, type TemplateProblem } from './template-problem.ts';
import { compileText, evaluated, joinProblems, renderText } from './text.ts';

/** A compiled part of a template: a constant, or a function of the scope. `undefined` leaves the part out. */
export type Node = { readonly constant: Json } | { readonly render: (scope: Scope) => Json | undefined };

interface Position {
  readonly path: readonly (string | number)[];
  /** True where Kubernetes expands `$(NAME)`: there, `$` in a value is doubled so that Kubernetes leaves it alone. */
  readonly expands: boolean;
  /** True where each value becomes a text, such as the content of a file. */
  readonly texts: boolean;
  readonly vocabulary: Vocabulary;
  readonly problems: TemplateProblem[];
}

/**
 * Compiles an object tree once. Strings may hold `${ CEL }`; a string that is exactly one expression keeps its value's
 * type. An object with `$if` is left out of its list or map when that is false; with `$value` it is replaced by that
 * value. Values are put into the parsed tree, so no value can change the tree's structure.
 */
export function compileTree(
  tree: Json,
  path: readonly (string | number)[],
  vocabulary: Vocabulary,
): Node | { readonly problems: readonly TemplateProblem[] } {
  return compileAs('values', tree, path, vocabulary);
}

/** Compiles an object tree whose expressions all become text, also where one is the whole string. */
export function compileTexts(
  tree: Json,
  path: readonly (string | number)[],
  vocabulary: Vocabulary,
): Node | { readonly problems: readonly TemplateProblem[] } {
  return compileAs('texts', tree, path, vocabulary);
}

function compileAs(
  what: 'values' | 'texts',
  tree: Json,
  path: readonly (string | number)[],
  vocabulary: Vocabulary,
): Node | { readonly problems: readonly TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  const node = compileNode(tree, { path, expands: false, texts: what === 'texts', vocabulary, problems });
  return problems.length > 0 ? { problems } : node;
}

export function renderNode(node: Node, scope: Scope): Json | undefined {
  return 'constant' in node ? node.constant : node.render(scope);
}

function compileNode(tree: Json, at: Position): Node {
  if (typeof tree === 'string') return compileString(tree, at);
  if (Array.isArray(tree)) return compileList(tree, at);
  return isObject(tree) ? compileObject(tree, at) : { constant: tree };
}

const same = (text: string) => text;
const doubled = (text: string) => (text.includes('$') ? text.replaceAll('$', '$$$$') : text);

function compileString(text: string, at: Position): Node {
  const compiled = compileText(text, at.vocabulary);
  if ('problems' in compiled) {
    at.problems.push(...compiled.problems.map((message) => ({ path: at.path, message })));
    return { constant: null };
  }
  const { parts } = compiled;
  const [first] = parts;
  if (first === undefined) return { constant: '' };
  if (parts.length === 1 && 'literal' in first) return { constant: first.literal };
  const guard = at.expands ? doubled : same;
  if (at.texts || parts.length > 1 || !('expression' in first)) {
    at.problems.push(...joinProblems(parts).map((message) => ({ path: at.path, message })));
    return located(at, (scope) => renderText(parts, scope, guard));
  }
  const { expression } = first;
  if (at.expands) return located(at, (scope) => textual(jsonOf(evaluated(expression, scope), guard)));
  return located(at, (scope) => jsonOf(evaluated(expression, scope), guard));
}

/** Numbers and booleans as text: Kubernetes expands names in text only, so a port among the arguments is text. */
function textual(value: Json): Json {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(textual) : value;
}

/** Adds the path to errors. */
function located({ path }: Position, render: (scope: Scope) => Json | undefined): Node {
  return {
    render: (scope) => {
      try {
        return render(scope);
      } catch (error) {
        throw new RenderError(path, error);
      }
    },
  };
}

function compileList(list: readonly Json[], at: Position): Node {
  const nodes = list.map((item, i) => compileNode(item, { ...at, path: [...at.path, i] }));
  const constants = nodes.flatMap((node) => ('constant' in node ? [node.constant] : []));
  if (constants.length === nodes.length) return { constant: constants };
  return {
    render: (scope) => {
      const items: Json[] = [];
      for (const node of nodes) {
        const item = renderNode(node, scope);
        if (item !== undefined) items.push(item);
      }
      return items;
    },
  };
}

function compileObject(object: JsonObject, at: Position): Node {
  const { $if: condition, $value, ...rest } = object;
  for (const key of Object.keys(rest))
    if (key.startsWith('$'))
      at.problems.push({ path: [...at.path, key], message: 'unknown keyword: only $if and $value are allowed here' });
  const body = $value === undefined ? compileEntries(rest, at) : compileValue($value, rest, at);
  return condition === undefined ? body : conditional(condition, body, at);
}

function compileValue(value: Json, rest: JsonObject, at: Position): Node {
  const others = Object.keys(rest).filter((key) => !key.startsWith('$'));
  if (others.length > 0)
    at.problems.push({ path: at.path, message: `$value can be combined only with $if, not with ${others.join(', ')}` });
  return compileNode(value, { ...at, path: [...at.path, '$value'] });
}

function conditional(condition: Json, body: Node, at: Position): Node {
  const path = [...at.path, '$if'];
  const node = compileNode(condition, { ...at, path, expands: false, texts: false });
  if ('constant' in node) {
    if (at.problems.length === 0)
      at.problems.push({ path, message: 'must be one expression, such as ${ params.style == "symlink" }' });
    return node;
  }
  return {
    render: (scope) => {
      const holds = node.render(scope);
      if (typeof holds !== 'boolean') throw new RenderError(path, new Error('$if must be true or false'));
      return holds ? renderNode(body, scope) : undefined;
    },
  };
}

function compileEntries(object: JsonObject, at: Position): Node {
  const entries = Object.entries(object).map(([key, value]) => {
    const below = { ...at, path: [...at.path, key], expands: expandsBelow(key, at) };
    return [key, compileNode(value ?? null, below)] as const;
  });
  if (entries.every(([, node]) => 'constant' in node)) {
    return {
      constant: Object.fromEntries(entries.map(([key, node]) => [key, 'constant' in node ? node.constant : null])),
    };
  }
  return {
    render: (scope) => {
      const result: { [key: string]: Json } = {};
      for (const [key, node] of entries) {
        const value = renderNode(node, scope);
        if (value !== undefined) result[key] = value;
      }
      return result;
    },
  };
}

/**
 * Kubernetes expands `$(NAME)` in command, args, the value of env and subPathExpr, and in the command of an exec probe.
 * Source: kubelet, `ExpandContainerCommandAndArgs`, `ExpandContainerVolumeMounts`, `ExpandContainerCommandOnlyStatic`.
 */
function expandsBelow(key: string, at: Position): boolean {
  if (key === 'command' || key === 'args' || key === 'subPathExpr') return !at.path.includes('lifecycle');
  if (key === 'value') return at.path.includes('env');
  return at.expands;
}
