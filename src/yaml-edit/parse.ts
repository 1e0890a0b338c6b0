import { type Document, parseDocument, type YAMLParseError } from 'yaml';
import type { Json } from '../core/json.ts';
import { expandedSize, type Problem, problemOf } from './problems.ts';
import { parseOptions } from './schema.ts';

/** A document that could be read. An empty one, or one that holds comments only, has the value null. */
export interface Parsed {
  readonly document: Document.Parsed;
  readonly value: Json;
}

/** How many values a document may hold once its aliases are followed. */
const maxValues = 5_000_000;

/** Reads one document as kubectl would; `forEditing` keeps the position of every token. */
export function parse(text: string, forEditing = false): Parsed | { readonly problem: Problem } {
  try {
    const document = parseDocument(text, parseOptions(forEditing));
    const problem = syntaxProblems(document.errors) ?? problemOf(document);
    if (problem) return { problem: isTemplate.test(text) ? { ...problem, fix: renderFirst } : problem };
    const value: Json = document.toJS({ maxAliasCount: -1 });
    return expandedSize(value, maxValues) > maxValues ? { problem: bomb } : { document, value };
  } catch (error) {
    return { problem: error instanceof RangeError ? tooDeep : { position: 0, ...explained(error), fix: mend } };
  }
}

const isTemplate = /\{\{.*\}\}/;
const renderFirst = 'This looks like a template: render it first (helm template), then inject what comes out.';
const mend = 'Mend the YAML here or just before.';
const fixes: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  DUPLICATE_KEY: 'Keep one of the two.',
  MULTIPLE_DOCS: 'Put a line with --- between the documents.',
};

const bomb: Problem = {
  position: 0,
  message: 'Its aliases refer to each other so often that it would unfold to millions of values.',
  fix: 'Write out what is meant, with fewer aliases.',
};
const tooDeep: Problem = { position: 0, message: 'It is nested too deeply.', fix: 'Write it flatter.' };

/** After an error of syntax the next ones are likely its echo; keys that are written twice stand for themselves. */
function syntaxProblems(errors: readonly YAMLParseError[]): Problem | undefined {
  const [first, ...others] = errors;
  if (first?.code !== 'DUPLICATE_KEY') return first && syntaxProblem(first);
  return { ...syntaxProblem(first), also: others.filter(({ code }) => code === 'DUPLICATE_KEY').map(syntaxProblem) };
}

function syntaxProblem(error: YAMLParseError): Problem {
  const { message } = explained(error);
  return {
    position: error.pos[0],
    message: error.code === 'DUPLICATE_KEY' ? 'The same key is written twice in one map.' : message,
    fix: fixes[error.code] ?? mend,
  };
}

function explained(error: unknown): { readonly message: string } {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n')[0] ?? '';
  return { message: `It is not valid YAML: ${line}${/[.!?]$/.test(line) ? '' : '.'}` };
}
