import { type Document, parseDocument, type YAMLParseError } from 'yaml';
import type { Json } from '../../api/json.ts';
import { expandedSize } from './expanded-size.ts';
import { type Flaw, flawOf } from './flaws.ts';
import { parseOptions } from './schema.ts';

/** A document that could be read. An empty one, or one that holds comments only, has the value null. */
export interface Parsed {
  readonly document: Document.Parsed;
  readonly value: Json;
}

/** How many values a document may hold once its aliases are followed. */
const maxValues = 5_000_000;

/** Reads one document as kubectl would; `forEditing` keeps the position of every token. */
export function parse(text: string, forEditing = false): Parsed | { readonly flaw: Flaw } {
  try {
    const document = parseDocument(text, parseOptions(forEditing));
    const flaw = syntaxFlaws(document.errors) ?? flawOf(document);
    if (flaw) return { flaw: isTemplate.test(text) ? { ...flaw, fix: renderFirst } : flaw };
    const value: Json = document.toJS({ maxAliasCount: -1 });
    return expandedSize(value, maxValues) > maxValues ? { flaw: bomb } : { document, value };
  } catch (error) {
    return { flaw: error instanceof RangeError ? tooDeep : { position: 0, ...explained(error), fix: mend } };
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

const bomb: Flaw = {
  position: 0,
  sentence: 'Its aliases refer to each other so often that it would unfold to millions of values.',
  fix: 'Write out what is meant, with fewer aliases.',
};
const tooDeep: Flaw = { position: 0, sentence: 'It is nested too deeply.', fix: 'Write it flatter.' };

/** After an error of syntax the next ones are likely its echo; keys that are written twice stand for themselves. */
function syntaxFlaws(errors: readonly YAMLParseError[]): Flaw | undefined {
  const [first, ...others] = errors;
  if (first?.code !== 'DUPLICATE_KEY') return first && syntaxFlaw(first);
  return { ...syntaxFlaw(first), also: others.filter(({ code }) => code === 'DUPLICATE_KEY').map(syntaxFlaw) };
}

function syntaxFlaw(error: YAMLParseError): Flaw {
  const { sentence } = explained(error);
  return {
    position: error.pos[0],
    sentence: error.code === 'DUPLICATE_KEY' ? 'The same key is written twice in one map.' : sentence,
    fix: fixes[error.code] ?? mend,
  };
}

function explained(error: unknown): { readonly sentence: string } {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split('\n')[0] ?? '';
  return { sentence: `It is not valid YAML: ${line}${/[.!?]$/.test(line) ? '' : '.'}` };
}
