import { isEmpty, type Json } from '../core/json.ts';
import type { Page } from './page.ts';
import { blockLines, escapedJson, lineText } from './write-value.ts';

/** A value in block style: the text after its key or dash, and the lines below. */
export interface Block {
  readonly head: string;
  readonly lines: readonly string[];
}

/** A key and its value as lines of a block map whose keys are at a column. */
export function pairLines(key: string, value: Json, column: number, page: Page): string[] {
  return blockLines({ [key]: value }, page, ' '.repeat(column));
}

/**
 * An item as lines of a block list whose dashes are at a column; `gap` is the distance from the dash to the content.
 */
export function itemLines(value: Json, column: number, gap: number, page: Page): string[] {
  if (typeof value !== 'object' || isEmpty(value)) return blockLines([value], page, ' '.repeat(column));
  const [first = '', ...lines] = blockLines(value, page, ' '.repeat(column + gap));
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
  return blockLines(value, page);
}

/**
 * A value in flow style: on a single line, or, with the indentation of the line it begins on, as JSON with a line for
 * each item.
 */
export function flowText(value: Json, page: Page, indent?: string): string {
  if (indent !== undefined) {
    return escapedJson(JSON.stringify(value, null, page.step)).replaceAll('\n', page.lineBreak + indent);
  }
  return page.gap === '' ? escapedJson(JSON.stringify(value)) : lineText(value, page, true);
}

/** A key and its value in flow style. */
export function flowPair(key: string, value: Json, page: Page, indent?: string): string {
  return `${flowText(key, page)}:${page.gap}${flowText(value, page, indent)}`;
}
