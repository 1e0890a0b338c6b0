import type { ParameterDeclaration } from '../api/parameter.ts';
import { type DeclarationFlaw, declarationFlaws } from './declaration.ts';
import type { Scope, Vocabulary } from './scope.ts';
import { compileText, type Part, renderText } from './text.ts';
import { durationReader, integerReader, quantityReader, readBoolean, readPort } from './values/numbers.ts';
import { enumReader, listReader, pathReader, stringReader } from './values/texts.ts';
import { urlReader } from './values/url.ts';
import type { Mistake, Reader, Value } from './values/value.ts';

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
 * Makes a declaration usable. A flaw says which part of the declaration is wrong. `before` are the fields that its
 * default can refer to.
 */
export function compileParameter(
  declaration: ParameterDeclaration,
  vocabulary: Vocabulary,
  before: readonly string[],
): Parameter | { readonly flaws: readonly DeclarationFlaw[] } {
  const flaws = declarationFlaws(declaration);
  if (flaws.length > 0) return { flaws };
  const read = readerOf(declaration);
  if ('flaw' in read) return { flaws: [read.flaw] };
  const base = { name: declaration.name, field: fieldName(declaration.name), declaration, read: read.read };
  const { default: text, example } = declaration;
  const shown = example === undefined ? undefined : base.read(example);
  if (shown && 'mistake' in shown) return { flaws: [{ key: 'example', sentence: shown.mistake.sentence }] };
  if (text === undefined) return { ...base, defaultValue: () => null };
  const compiled = compileDefault(text, vocabulary, before);
  if ('flaw' in compiled) return { flaws: [{ key: 'default', sentence: compiled.flaw }] };
  if (compiled.parts.some((part) => 'expression' in part)) {
    return { ...base, defaultValue: (scope) => evaluated(compiled.parts, scope, base.read) };
  }
  const value = base.read(text);
  if ('mistake' in value) return { flaws: [flawIn('default', value.mistake)] };
  return { ...base, defaultValue: () => value.value };
}

function flawIn(key: string, { sentence, fix }: Mistake): DeclarationFlaw {
  return { key, sentence: `${sentence} ${fix}` };
}

function compileDefault(
  text: string,
  vocabulary: Vocabulary,
  before: readonly string[],
): ReturnType<typeof compileText> {
  const compiled = compileText(text, vocabulary);
  if ('flaw' in compiled) return compiled;
  const fields = { ...vocabulary.fields, params: new Set(before) };
  const narrow = compileText(text, { ...vocabulary, fields });
  return 'flaw' in narrow
    ? { flaw: `${narrow.flaw}: a default can refer to parameters that stand before it, and to required ones` }
    : compiled;
}

/** A default that is one expression and gives null is none: another parameter may decide whether there is one. */
function evaluated(parts: readonly Part[], scope: Scope, read: Reader): Value {
  const [first, ...others] = parts;
  if (first && 'expression' in first && others.length === 0 && first.expression.evaluate(scope) === null) return null;
  const value = read(renderText(parts, scope, (text) => text));
  if ('mistake' in value) throw new Error(`the default is not usable: ${value.mistake.sentence}`);
  return value.value;
}

function readerOf(declaration: ParameterDeclaration): { read: Reader } | { flaw: DeclarationFlaw } {
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
        if (!declaration.values) return { flaw: { key: 'values', sentence: 'an enum needs its values' } };
        return { read: enumReader(declaration.values) };
    }
  } catch (error) {
    return { flaw: { key: 'pattern', sentence: error instanceof Error ? error.message : String(error) } };
  }
}
