import type { Json } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { Page } from './page.ts';
import { jsonText, literalOf, scalarText } from './scalar.ts';

/** A value in block style: what stands behind its key or dash, and the lines below. */
export interface Block {
  readonly head: string;
  readonly lines: readonly string[];
}

/** A key and its value as lines of a block map whose keys stand at a column. */
export function pairLines(key: string, value: Json, column: number, page: Page): string[] {
  const { head, lines } = valueBlock(value, column, page);
  return [`${' '.repeat(column)}${scalarText(key, false)}:${head}`, ...lines];
}

/** An item as lines of a block list whose dashes stand at a column; `gap` is how far its content is from the dash. */
export function itemLines(value: Json, column: number, gap: number, page: Page): string[] {
  const { head, lines } = itemBlock(value, column, gap, page);
  return [`${' '.repeat(column)}-${head}`, ...lines];
}

/** What stands behind a key at a column. */
export function valueBlock(value: Json, column: number, page: Page): Block {
  if (Array.isArray(value) && value.length > 0) {
    const at = column + page.listStep;
    return { head: '', lines: value.flatMap((item: Json) => itemLines(item, at, 2, page)) };
  }
  const at = column + page.step.length;
  if (isObject(value) && Object.keys(value).length > 0) return { head: '', lines: mapLines(value, at, page) };
  return leafBlock(value, at, page);
}

/** What stands behind a dash at a column. */
export function itemBlock(value: Json, column: number, gap: number, page: Page): Block {
  const at = column + gap;
  const nested =
    Array.isArray(value) && value.length > 0
      ? value.flatMap((item: Json) => itemLines(item, at, 2, page))
      : isObject(value) && Object.keys(value).length > 0
        ? mapLines(value, at, page)
        : undefined;
  if (!nested) return leafBlock(value, at, page);
  const [first = '', ...lines] = nested;
  return { head: first.slice(column + 1), lines };
}

/** The pairs of a map as lines of a block map whose keys stand at a column. */
export function mapLines(value: { readonly [key: string]: Json | undefined }, column: number, page: Page): string[] {
  return Object.entries(value).flatMap(([key, item]) => pairLines(key, item ?? null, column, page));
}

function leafBlock(value: Json, column: number, page: Page): Block {
  const literal = typeof value === 'string' && !page.quotesOnly ? literalOf(value) : undefined;
  if (!literal) {
    return { head: ` ${typeof value === 'string' ? scalarText(value, false) : flowText(value, page)}`, lines: [] };
  }
  const indent = ' '.repeat(column);
  return { head: ` ${literal.header}`, lines: literal.lines.map((line) => (line === '' ? '' : indent + line)) };
}

/**
 * A value in flow style. With an `indent` (of the line it begins on) it takes one line for each thing,
 * without one it stands on a single line.
 */
export function flowText(value: Json, page: Page, indent?: string): string {
  if (typeof value === 'string') return page.json ? jsonText(value) : scalarText(value, true);
  if (Array.isArray(value)) {
    return enclosed(
      value.map((item: Json) => flowText(item, page, deeper(indent, page))),
      '[',
      ']',
      page,
      indent,
    );
  }
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, item]) => flowPair(key, item ?? null, page, deeper(indent, page)));
  return enclosed(pairs, '{', '}', page, indent);
}

/** A key and its value in flow style. */
export function flowPair(key: string, value: Json, page: Page, indent?: string): string {
  return `${page.json ? jsonText(key) : scalarText(key, true)}:${page.gap}${flowText(value, page, indent)}`;
}

function deeper(indent: string | undefined, page: Page): string | undefined {
  return indent === undefined ? undefined : indent + page.step;
}

function enclosed(parts: readonly string[], open: string, close: string, page: Page, indent: string | undefined) {
  if (parts.length === 0 || indent === undefined) return open + parts.join(`,${page.gap}`) + close;
  const lineBreak = page.lineBreak + indent;
  return `${open}${lineBreak}${page.step}${parts.join(`,${lineBreak}${page.step}`)}${lineBreak}${close}`;
}
