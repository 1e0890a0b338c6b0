import { Document, type Scalar, visit } from 'yaml';
import type { Json } from '../core/json.ts';
import type { Page } from './page.ts';
import { readsAsOther } from './schema.ts';

/** A value in block style: the text after its key or dash, and the lines below. */
export interface Block {
  readonly head: string;
  readonly lines: readonly string[];
}

/** A key and its value as lines of a block map whose keys are at a column. */
export function pairLines(key: string, value: Json, column: number, page: Page): string[] {
  return indented(textOf({ [key]: value }, page), column);
}

/** An item as lines of a block list whose dashes are at a column; `gap` is the distance from the dash to the content. */
export function itemLines(value: Json, column: number, gap: number, page: Page): string[] {
  if (typeof value !== 'object' || isEmpty(value)) return indented(textOf([value], page), column);
  const [first = '', ...lines] = indented(textOf(value, page), column + gap);
  return [`${' '.repeat(column)}-${first.slice(column + 1)}`, ...lines];
}

/** A value after a key at a column. */
export function valueBlock(value: Json, column: number, page: Page): Block {
  const [first = '', ...lines] = pairLines('', value, column, page);
  return { head: first.slice(column + '"":'.length), lines };
}

/** A value after a dash at a column. */
export function itemBlock(value: Json, column: number, gap: number, page: Page): Block {
  const [first = '', ...lines] = itemLines(value, column, gap, page);
  return { head: first.slice(column + '-'.length), lines };
}

/** The lines of a whole document. */
export function documentLines(value: Json, page: Page): string[] {
  return indented(textOf(value, page), 0);
}

/**
 * A value in flow style: on a single line, or, with the indentation of the line it begins on, as JSON with a line for
 * each item.
 */
export function flowText(value: Json, page: Page, indent?: string): string {
  if (indent !== undefined) {
    return escaped(JSON.stringify(value, null, page.step)).replaceAll('\n', page.lineBreak + indent);
  }
  return page.gap === '' ? escaped(JSON.stringify(value)) : textOf(value, page, true);
}

/** A key and its value in flow style. */
export function flowPair(key: string, value: Json, page: Page, indent?: string): string {
  return `${flowText(key, page)}:${page.gap}${flowText(value, page, indent)}`;
}

/** The library writes the text. The style of each string is chosen here, so that all parsers of YAML 1.1 and 1.2 agree. */
function textOf(value: unknown, page: Page, inFlow = false): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node) {
      if (inFlow) node.flow = true;
    },
    Scalar(_, node) {
      if (typeof node.value === 'string') node.type = styleOf(node.value, page, inFlow);
    },
  });
  const text = document.toString({
    indent: page.step.length,
    indentSeq: page.listStep > 0,
    lineWidth: 0,
    flowCollectionPadding: false,
    doubleQuotedAsJSON: true,
    simpleKeys: true,
  });
  return escaped(text.replace(/\n$/, ''));
}

/** Characters that parsers may refuse or fold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;
const unprintables = new RegExp(unprintable, 'gu');

/** All of them are in double quotes, so that they can be escaped. */
function escaped(text: string): string {
  return text.replace(unprintables, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function styleOf(text: string, page: Page, inFlow: boolean): Scalar.Type {
  if (page.json) return 'QUOTE_DOUBLE';
  if (isPlain(text, inFlow)) return 'PLAIN';
  if (unprintable.test(text)) return 'QUOTE_DOUBLE';
  const isBlock = text.includes('\n') && !/^\s|\n\n$/.test(text) && !/[ \t]$/m.test(text);
  if (isBlock && !inFlow && !page.quotesOnly) return 'BLOCK_LITERAL';
  return /["\\]/.test(text) && !/[\n\t]/.test(text) ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE';
}

/** Whether every parser reads the unquoted text as this string. The library looks for indicators besides. */
function isPlain(text: string, inFlow: boolean): boolean {
  const isSafe = /^[\w/.$(+-][\x20-\x7e]*$/.test(text) && !/^(?:---|\.\.\.)/.test(text);
  return isSafe && !(inFlow && /[,[\]{}:#]/.test(text)) && !readsAsOther(text);
}

function isEmpty(value: Json): boolean {
  return Object.keys(value ?? {}).length === 0;
}

function indented(text: string, column: number): string[] {
  return text.split('\n').map((line) => (line === '' ? '' : ' '.repeat(column) + line));
}
