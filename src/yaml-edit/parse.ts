import { type Document, parseDocument, type YAMLParseError } from 'yaml';
import { expressionQuotes } from '../core/expression-quotes.ts';
import type { Json } from '../core/json.ts';
import { expandedSize, type Problem, problemOf } from './problems.ts';
import { parseOptions } from './schema.ts';

/** A parsed document. The value is null if it is empty or has only comments. */
export interface Parsed {
  readonly document: Document.Parsed;
  readonly value: Json;
}

/** How many values a document may have with its aliases expanded. */
const maxValues = 5_000_000;

/** Parses one document as kubectl does; `forEditing` keeps the position of every token. */
export function parse(text: string, forEditing = false): Parsed | { readonly problem: Problem } {
  try {
    const document = parseDocument(text, parseOptions(forEditing));
    const problem = syntaxProblems(document.errors, text) ?? problemOf(document);
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
  DUPLICATE_KEY: 'Remove one of them.',
  MULTIPLE_DOCS: 'Separate the documents with a line ---.',
};

const bomb: Problem = {
  position: 0,
  message: 'The aliases of the document expand to millions of values.',
  fix: 'Use fewer aliases.',
};
const tooDeep: Problem = { position: 0, message: 'The document is nested too deeply.', fix: 'Reduce the nesting.' };

/** Only the first error of syntax, because it often causes the others. All duplicate keys are reported. */
function syntaxProblems(errors: readonly YAMLParseError[], text: string): Problem | undefined {
  const [first, ...others] = errors;
  const problemAt = (error: YAMLParseError) => syntaxProblem(error, text);
  if (first?.code !== 'DUPLICATE_KEY') return first && problemAt(first);
  return { ...problemAt(first), also: others.filter(({ code }) => code === 'DUPLICATE_KEY').map(problemAt) };
}

function syntaxProblem(error: YAMLParseError, text: string): Problem {
  const { message } = explained(error);
  return {
    position: error.pos[0],
    message: error.code === 'DUPLICATE_KEY' ? 'The map has this key twice.' : message,
    fix: fixes[error.code] ?? expressionQuotes(text, error.pos[0]) ?? correct,
  };
}

function explained(error: unknown): { readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n')[0] ?? '';
  return { message: `The YAML is not valid: ${line}${/[.!?]$/.test(line) ? '' : '.'}` };
}
