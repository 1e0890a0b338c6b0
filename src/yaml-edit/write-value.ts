import { isEmpty, type Json } from '../core/json.ts';
import type { Page } from './page.ts';
import { readsAsOther } from './schema.ts';

/** The lines of a value in block style. A scalar or an empty collection is one line. */
export function blockLines(value: Json, page: Page): string[] {
  if (typeof value !== 'object' || value === null || isEmpty(value)) return [lineText(value, page)];
  const step = page.step.length;
  const lines: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value) {
      const [first = '', ...rest] = isFull(item) ? blockLines(item, page) : leafLines(item, page);
      lines.push(`- ${first}`, ...indented(rest, 2));
    }
    return lines;
  }
  // Two columns less than a map where the author does not indent lists, because the dash takes them.
  const listStep = page.listStep > 0 || step < 2 ? step : step - 2;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const head = `${scalarText(key, page, false)}:`;
    if (isFull(item)) lines.push(head, ...indented(blockLines(item, page), Array.isArray(item) ? listStep : step));
    else {
      const [first = '', ...rest] = leafLines(item, page);
      lines.push(`${head} ${first}`, ...indented(rest, step));
    }
  }
  return lines;
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

/** Lines with an indentation; those that are empty stay so. */
export function indented(lines: readonly string[], column: number): string[] {
  const indent = ' '.repeat(column);
  return lines.map((line) => (line === '' ? '' : indent + line));
}

/** JSON in which every character is one that all parsers take as it is. */
export function escapedJson(text: string): string {
  return text.replace(unprintables, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function isFull(value: Json): boolean {
  return typeof value === 'object' && value !== null && !isEmpty(value);
}

/** A scalar or an empty collection: a text of several lines as a block scalar, if it keeps its blanks there. */
function leafLines(value: Json, page: Page): string[] {
  const isBlock = typeof value === 'string' && value.includes('\n') && !page.quotesOnly && !page.json;
  if (!isBlock || /^\s|\n\n$/.test(value) || /[ \t]$/m.test(value) || unprintable.test(value))
    return [lineText(value, page)];
  return value.endsWith('\n') ? ['|', ...value.slice(0, -1).split('\n')] : ['|-', ...value.split('\n')];
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
