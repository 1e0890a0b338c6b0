import { isEmpty, isObject, type Json, type JsonObject } from '../core/json.ts';
import type { Page } from './page.ts';
import { readsAsOther } from './schema.ts';

/** The lines of a value in block style, each after an indentation. A scalar or an empty collection is one line. */
export function blockLines(value: Json, page: Page, indent = ''): string[] {
  const lines: string[] = [];
  if (isFull(value)) pushBlock(lines, value, page, indent, indent);
  else lines.push(indent + lineText(value, page));
  return lines;
}

/** Adds the lines of a full collection; `first` is what its first line begins with. */
function pushBlock(lines: string[], value: Json, page: Page, indent: string, first: string): void {
  if (Array.isArray(value)) pushList(lines, value, page, indent, first);
  else if (isObject(value)) pushMap(lines, value, page, indent, first);
}

function pushList(lines: string[], items: readonly Json[], page: Page, indent: string, first: string): void {
  let begin = first;
  for (const item of items) {
    if (isFull(item)) pushBlock(lines, item, page, `${indent}  `, `${begin}- `);
    else pushLeaf(lines, item, page, `${indent}  `, `${begin}- `);
    begin = indent;
  }
}

function pushMap(lines: string[], map: JsonObject, page: Page, indent: string, first: string): void {
  const below = indent + ' '.repeat(page.step.length);
  const belowInList = indent + ' '.repeat(listIndent(page));
  let begin = first;
  for (const [key, item] of Object.entries(map)) {
    if (item === undefined) continue;
    const head = `${begin}${scalarText(key, page, false)}:`;
    begin = indent;
    if (!isFull(item)) {
      pushLeaf(lines, item, page, below, `${head} `);
      continue;
    }
    lines.push(head);
    const inner = Array.isArray(item) ? belowInList : below;
    pushBlock(lines, item, page, inner, inner);
  }
}

/** Two columns less than a map where the author does not indent lists, because the dash takes them. */
function listIndent({ step, listStep }: Page): number {
  return listStep > 0 || step.length < 2 ? step.length : step.length - 2;
}

/** The value in flow style, on one line. */
export function lineText(value: Json, page: Page, inFlow = false): string {
  if (typeof value === 'string') return scalarText(value, page, inFlow);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => lineText(item, page, true)).join(', ')}]`;
  const pairs = Object.entries(value).flatMap(([key, item]) =>
    item === undefined ? [] : [`${scalarText(key, page, true)}: ${lineText(item, page, true)}`],
  );
  return `{${pairs.join(', ')}}`;
}

/** JSON in which every character is one that all parsers take as it is. */
export function escapedJson(text: string): string {
  return text.replace(unprintables, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isFull(value: Json): boolean {
  return typeof value === 'object' && value !== null && !isEmpty(value);
}

/**
 * Adds a scalar or an empty collection behind a head: a text of several lines as a block scalar, if it keeps its blanks
 * there.
 */
function pushLeaf(lines: string[], value: Json, page: Page, indent: string, head: string): void {
  const block = typeof value === 'string' ? blockLinesOf(value, page, indent) : undefined;
  if (block) lines.push(head + block.mark, block.lines);
  else lines.push(head + lineText(value, page));
}

/** A block scalar: the mark behind its key, and its lines, which are kept as one. */
interface BlockScalar {
  readonly mark: '|' | '|-';
  readonly lines: string;
}

/** Those of long texts, such as the scripts of templates, which many documents get: by style, then by text. */
const longBlocks = new Map<string, Map<string, BlockScalar | undefined>>();
const longText = 1024;
const mostKept = 16;

/** Undefined for a text that is not written as a block scalar. */
function blockLinesOf(text: string, page: Page, indent: string): BlockScalar | undefined {
  if (!text.includes('\n') || page.quotesOnly || page.json) return undefined;
  if (text.length < longText) return blockScalar(text, page, indent);
  const style = page.lineBreak + indent;
  const kept = longBlocks.get(style) ?? new Map<string, BlockScalar | undefined>();
  if (kept.has(text)) return kept.get(text);
  if (kept.size >= mostKept) kept.clear();
  if (longBlocks.size >= mostKept) longBlocks.clear();
  const block = blockScalar(text, page, indent);
  longBlocks.set(style, kept.set(text, block));
  return block;
}

/** Empty lines get no indentation. */
function blockScalar(text: string, { lineBreak }: Page, indent: string): BlockScalar | undefined {
  if (/^\s/.test(text) || text.endsWith('\n\n') || /[ \t]$/m.test(text) || unprintable.test(text)) return undefined;
  const isEnded = text.endsWith('\n');
  const lines = indent + (isEnded ? text.slice(0, -1) : text).replace(/\n(?!\n)/g, `\n${indent}`);
  return { mark: isEnded ? '|' : '|-', lines: lines.replaceAll('\n', lineBreak) };
}

/** Characters that parsers may refuse or fold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;
const unprintables = new RegExp(unprintable, 'gu');

/** A string in the style in which all parsers of YAML 1.1 and 1.2 agree about it. */
function scalarText(text: string, page: Page, inFlow: boolean): string {
  if (!page.json && isPlain(text, inFlow)) return text;
  const isSingle = !page.json && /["\\]/.test(text) && !/[\n\t]/.test(text) && !unprintable.test(text);
  return isSingle ? `'${text.replaceAll("'", "''")}'` : escapedJson(JSON.stringify(text));
}

/** Whether every parser reads the unquoted text as this string. */
function isPlain(text: string, inFlow: boolean): boolean {
  const isSafe = /^[\w/.$(+-][\x20-\x7e]*$/.test(text) && !/^(?:---|\.\.\.)|^-(?: |$)|: | #|[ :-]$/.test(text);
  return isSafe && !(inFlow && /[,[\]{}:#?]/.test(text)) && !readsAsOther(text);
}
