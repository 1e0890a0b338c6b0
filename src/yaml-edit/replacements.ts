import type { Json } from '../core/json.ts';
import { emptiedOrFilled } from './flow-in-place.ts';
import { insertion } from './insertions.ts';
import type { Splice } from './lines.ts';
import { lineStart, nextLine } from './lines.ts';
import type { Page } from './page.ts';
import { type Block, itemBlock, valueBlock } from './render.ts';
import { plainScalar } from './schema.ts';
import { endOfItem, endOfMark, type Item, startOfItem, startOfValue } from './tokens.ts';

/** Replaces the value of a pair whose key is at a column. The comments around the old value stay. */
export function replacedValue(item: Item, value: Json, column: number, page: Page): Splice[] {
  const mark = endOfMark(item.sep, 'map-value-ind') ?? startOfItem(item) ?? 0;
  const inPlace = emptiedOrFilled(item.value, value, page);
  if (inPlace) return inPlace;
  const block = valueBlock(value, column, page);
  const start = startOfValue(item, mark);
  const before = page.text.slice(mark, start);
  if (block.head === '' && isNull(item, start))
    return [{ from: start, to: start, text: nullMark }, insertion(start, column, block.lines, page)];
  if (value === null && before.includes('\n')) {
    const commented = commentedNull.exec(before);
    const at = mark + (commented?.index ?? 0);
    const uncommented = { from: at, to: commented ? at + nullMark.length : at, text: '' };
    return [uncommented, ...replaced(mark, item, { head: '', lines: [] }, column, page)];
  }
  return replaced(mark, item, block, column, page);
}

/** Replaces the item of a list whose dashes are at a column. */
export function replacedItem(item: Item, value: Json, column: number, gap: number, page: Page): Splice[] {
  const mark = endOfMark(item.start, 'seq-item-ind') ?? startOfItem(item) ?? 0;
  return (
    emptiedOrFilled(item.value, value, page) ?? replaced(mark, item, itemBlock(value, column, gap, page), column, page)
  );
}

/**
 * A null becomes a comment where a collection comes below it, and is one no more where the null comes back: only so it
 * is known that it was written.
 */
const nullMark = '# ';
const commentedNull = /# (?=(?:~|null|Null|NULL)[ \t]*(?:\r?\n| #))/;

function isNull({ value }: Item, start: number): boolean {
  return value?.type === 'scalar' && value.offset === start && plainScalar(value.source) === null;
}

/** Replaces what is behind a colon or dash. New lines begin after the line that holds it, and after its comment. */
function replaced(mark: number, item: Item, { head, lines }: Block, column: number, page: Page): Splice[] {
  const { text } = page;
  const start = startOfValue(item, mark);
  const end = Math.max(endOfItem(item) ?? mark, mark);
  // A block scalar that begins on the line continues on the next one, without a comment between.
  const added =
    lines.length === 0 ? [] : [insertion(end, head === '' ? column : Number.POSITIVE_INFINITY, lines, page)];
  if (!text.slice(mark, start).includes('\n')) return [{ from: mark, to: end, text: head }, ...added];
  const next = nextLine(text, end);
  const behind = text.slice(end, next).trim();
  const old =
    behind === '' ? { from: lineStart(text, start), to: next } : { from: start, to: text.indexOf(behind, end) };
  return [{ from: mark, to: mark, text: head }, { ...old, text: '' }, ...added];
}
