import { declarationProblems } from './declaration.ts';
import type { ParameterDeclaration } from './parameter-declaration.ts';
import type { Scope, Vocabulary } from './scope.ts';
import { compileText, type Part, renderText } from './text.ts';
import { parameterTypes } from './types/registry.ts';
import type { Reader, Value, ValueProblem } from './types/value.ts';

/** A parameter that is ready to read annotations. */
export interface Parameter {
  /** As in the annotation: `memory-limit`. */
  readonly name: string;
  /** As in expressions: `memoryLimit`. */
  readonly field: string;
  readonly declaration: ParameterDeclaration;
  readonly read: Reader;
  /**
   * The value when nobody sets it: null without a default. Where an expression gives it, it throws what that throws, or
   * a DefaultError.
   */
  readonly byDefault: Value | ((scope: Scope) => Value);
}

/** An expression gives a default that the parameter cannot have. */
export class DefaultError extends Error {
  readonly parameter: string;
  readonly problem: ValueProblem;
  constructor(parameter: string, problem: ValueProblem) {
    super(`the default cannot be used: ${problem.message}`);
    this.parameter = parameter;
    this.problem = problem;
  }
}

/** What is wrong with a declaration, and in which of its fields. */
interface FieldProblem {
  readonly key: keyof ParameterDeclaration;
  readonly message: string;
}

/** `memory-limit` as expressions write it: `memoryLimit`. */
export function fieldName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Compiles a declaration, or gives what is wrong with it. `before` are the fields of `params` that the default can
 * refer to.
 */
export function compileParameter(
  declaration: ParameterDeclaration,
  vocabulary: Vocabulary,
  before: readonly string[],
): Parameter | { readonly problems: readonly FieldProblem[] } {
  const problems = declarationProblems(declaration);
  if (problems.length > 0) return { problems };
  const read = parameterTypes[declaration.type].reader(declaration);
  const base = { name: declaration.name, field: fieldName(declaration.name), declaration, read };
  const { default: text, example } = declaration;
  const shown = example === undefined ? undefined : read(example);
  if (shown && 'problem' in shown) return { problems: [{ key: 'example', message: shown.problem.message }] };
  if (text === undefined) return { ...base, byDefault: null };
  const compiled = compileDefault(text, vocabulary, before);
  if ('problems' in compiled) return { problems: compiled.problems.map((message) => ({ key: 'default', message })) };
  if (compiled.parts.some((part) => 'expression' in part)) {
    return { ...base, byDefault: (scope) => evaluated(declaration.name, compiled.parts, scope, read) };
  }
  const value = read(text);
  if ('problem' in value) return { problems: [problemIn('default', value.problem)] };
  return { ...base, byDefault: value.value };
}

function problemIn(key: FieldProblem['key'], { message, fix }: ValueProblem): FieldProblem {
  return { key, message: `${message} ${fix}` };
}

function compileDefault(
  text: string,
  vocabulary: Vocabulary,
  before: readonly string[],
): ReturnType<typeof compileText> {
  const compiled = compileText(text, vocabulary);
  if ('problems' in compiled) return compiled;
  const fields = { ...vocabulary.fields, params: new Set(before) };
  const narrow = compileText(text, { ...vocabulary, fields });
  if (!('problems' in narrow)) return compiled;
  const rule = 'a default can refer only to parameters declared before it and to required ones';
  return { problems: narrow.problems.map((problem) => `${problem.replace(/: did you mean .*$/, '')}: ${rule}`) };
}

/** A single expression that gives null means no default: another parameter may decide whether there is one. */
function evaluated(name: string, parts: readonly Part[], scope: Scope, read: Reader): Value {
  const [first, ...others] = parts;
  if (first && 'expression' in first && others.length === 0 && first.expression.evaluate(scope) === null) return null;
  const value = read(renderText(parts, scope, (text) => text));
  if ('problem' in value) throw new DefaultError(name, value.problem);
  return value.value;
}
