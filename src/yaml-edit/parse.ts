import { type Document, parseDocument, type YAMLParseError } from 'yaml';
import { expressionQuotes } from '../core/expression-quotes.ts';
import type { Json } from '../core/json.ts';
import { messageOf } from '../core/message-of.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { expandedSize, type Problem, problemOf } from './problems.ts';
import { parseOptions } from './schema.ts';

/** A parsed document. The value is null if it is empty or has only comments. */
export interface Parsed {
  readonly document: Document.Parsed;
  readonly value: Json;
}

/** How many values a document may have with its aliases expanded. */
export const maxValues = 5_000_000;

/** Parses one document as kubectl does; `forEditing` keeps the position of every token. */
export function parse(text: string, forEditing = false): Parsed | { readonly problem: Problem } {
  try {
    const document = parseDocument(text, parseOptions(forEditing));
    const problem = syntaxProblem(document.errors, text) ?? keyProblem(document.contents) ?? problemOf(document);
    if (problem) return { problem: isTemplate.test(text) ? { ...problem, fix: renderFirst } : problem };
    const value: Json = document.toJS({ maxAliasCount: -1 });
    return expandedSize(value, maxValues) > maxValues ? { problem: bomb } : { document, value };
  } catch (error) {
    return { problem: error instanceof RangeError ? tooDeep : { position: 0, ...explained(error), fix: correct } };
  }
}

const isTemplate = /\{\{.*\}\}/;
const renderFirst = 'This looks like a template. Render it first, for example with helm template.';
const correct = 'Correct the YAML here or just before.';
const fixes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  MULTIPLE_DOCS: 'Separate the documents with a line ---.',
};

const bomb: Problem = {
  position: 0,
  message: 'The aliases of the document expand to millions of values.',
  fix: 'Use fewer aliases.',
};
const tooDeep: Problem = { position: 0, message: 'The document is nested too deeply.', fix: 'Reduce the nesting.' };

/** Only the first error of syntax, because it often causes the others. */
function syntaxProblem([error]: readonly YAMLParseError[], text: string): Problem | undefined {
  if (!error) return undefined;
  if (error.message.startsWith('Maximum call stack')) return tooDeep;
  const [position] = error.pos;
  return { position, ...explained(error), fix: fixes[error.code] ?? expressionQuotes(text, position) ?? correct };
}

/** All keys that a map has twice. */
function keyProblem(contents: unknown): Problem | undefined {
  const [first, ...others] = duplicateKeys(contents).map(
    ({ range }): Problem => ({
      position: range?.[0] ?? 0,
      message: 'The map has this key twice.',
      fix: 'Remove one of them.',
    }),
  );
  return first && { ...first, also: others };
}

function explained(error: unknown): { readonly message: string } {
  const message = messageOf(error);
  const line = message.split('\n')[0] ?? '';
  return { message: `The YAML is not valid: ${line}${/[.!?]$/.test(line) ? '' : '.'}` };
}
