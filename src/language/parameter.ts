import { type DeclarationProblem, declarationProblems } from './declaration.ts';
import type { ParameterDeclaration } from './parameter-declaration.ts';
import type { Scope, Vocabulary } from './scope.ts';
import { compileText, type Part, renderText } from './text.ts';
import { durationReader, integerReader, quantityReader, readBoolean, readPort } from './types/numbers.ts';
import { enumReader, listReader, pathReader, stringReader } from './types/texts.ts';
import { urlReader } from './types/url.ts';
import type { Reader, Value, ValueProblem } from './types/value.ts';

/** A parameter that is ready to read annotations. */
export interface Parameter {
  /** As in the annotation: `memory-limit`. */
  readonly name: string;
  /** As in expressions: `memoryLimit`. */
  readonly field: string;
  readonly declaration: ParameterDeclaration;
  readonly read: Reader;
  /** The value when nobody sets it: null when there is no default. Throws what the default's expression throws. */
  readonly defaultValue: (scope: Scope) => Value;
}

/** `memory-limit` as expressions write it: `memoryLimit`. */
export function fieldName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Makes a declaration usable. A problem says which part of the declaration is wrong. `before` are the fields that its
 * default can refer to.
 */
export function compileParameter(
  declaration: ParameterDeclaration,
  vocabulary: Vocabulary,
  before: readonly string[],
): Parameter | { readonly problems: readonly DeclarationProblem[] } {
  const problems = declarationProblems(declaration);
  if (problems.length > 0) return { problems };
  const read = readerOf(declaration);
  if ('problem' in read) return { problems: [read.problem] };
  const base = { name: declaration.name, field: fieldName(declaration.name), declaration, read: read.read };
  const { default: text, example } = declaration;
  const shown = example === undefined ? undefined : base.read(example);
  if (shown && 'problem' in shown) return { problems: [{ key: 'example', message: shown.problem.message }] };
  if (text === undefined) return { ...base, defaultValue: () => null };
  const compiled = compileDefault(text, vocabulary, before);
  if ('problem' in compiled) return { problems: [{ key: 'default', message: compiled.problem }] };
  if (compiled.parts.some((part) => 'expression' in part)) {
    return { ...base, defaultValue: (scope) => evaluated(compiled.parts, scope, base.read) };
  }
  const value = base.read(text);
  if ('problem' in value) return { problems: [problemIn('default', value.problem)] };
  return { ...base, defaultValue: () => value.value };
}

function problemIn(key: string, { message, fix }: ValueProblem): DeclarationProblem {
  return { key, message: `${message} ${fix}` };
}

function compileDefault(
  text: string,
  vocabulary: Vocabulary,
  before: readonly string[],
): ReturnType<typeof compileText> {
  const compiled = compileText(text, vocabulary);
  if ('problem' in compiled) return compiled;
  const fields = { ...vocabulary.fields, params: new Set(before) };
  const narrow = compileText(text, { ...vocabulary, fields });
  return 'problem' in narrow
    ? { problem: `${narrow.problem}: a default can refer to parameters that stand before it, and to required ones` }
    : compiled;
}

/** A default that is one expression and gives null is none: another parameter may decide whether there is one. */
function evaluated(parts: readonly Part[], scope: Scope, read: Reader): Value {
  const [first, ...others] = parts;
  if (first && 'expression' in first && others.length === 0 && first.expression.evaluate(scope) === null) return null;
  const value = read(renderText(parts, scope, (text) => text));
  if ('problem' in value) throw new Error(`the default is not usable: ${value.problem.message}`);
  return value.value;
}

function readerOf(declaration: ParameterDeclaration): { read: Reader } | { problem: DeclarationProblem } {
  const { type } = declaration;
  try {
    switch (type) {
      case 'string':
        return { read: stringReader(declaration) };
      case 'list':
        return { read: listReader(declaration) };
      case 'boolean':
        return { read: readBoolean };
      case 'port':
        return { read: readPort };
      case 'integer':
        return { read: integerReader(declaration) };
      case 'duration':
        return { read: durationReader(declaration) };
      case 'quantity':
        return { read: quantityReader(declaration) };
      case 'path':
        return { read: pathReader(declaration.relative === true) };
      case 'url':
        return { read: urlReader(declaration.schemes ?? ['https', 'http']) };
      case 'enum':
        if (!declaration.values) return { problem: { key: 'values', message: 'an enum needs its values' } };
        return { read: enumReader(declaration.values) };
    }
  } catch (error) {
    return { problem: { key: 'pattern', message: error instanceof Error ? error.message : String(error) } };
  }
}
