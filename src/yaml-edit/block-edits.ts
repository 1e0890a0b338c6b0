import { type CST, isMap } from 'yaml';
import { isChanged, type Kept, pairOf } from './draft.ts';
import { flowEdits } from './flow-edits.ts';
import type { Splice } from './lines.ts';
import { columnOf, lineStart, nextLine } from './lines.ts';
import type { Page } from './page.ts';
import { type Block, itemBlock, itemLines, pairLines, valueBlock } from './render.ts';
import { endOf, endOfItem, endOfMark, type Item, startOfItem } from './tokens.ts';

/** The splices that turn a collection of the document into its draft. */
export function* collectionEdits(draft: Kept, page: Page): Generator<Splice> {
  const token = draft.node?.srcToken;
  if (!isChanged(draft) || !token) return;
  if (token.type === 'block-map') yield* mapEdits(draft, token, page);
  else if (token.type === 'block-seq') yield* listEdits(draft, token, page);
  else yield* flowEdits(draft, token, page);
}

function* mapEdits(draft: Kept, token: CST.BlockMap, page: Page): Generator<Splice> {
  const [first] = token.items;
  if (!isMap(draft.node) || !first) return;
  const column = columnOf(page.text, startOfItem(first) ?? token.offset);
  let added: string[] = [];
  for (const [key, child] of draft.entries) {
    const item = pairOf(draft.node, key)?.srcToken;
    if (child.kind === 'kept') yield* collectionEdits(child, page);
    else if (child.kind === 'gone') yield* item ? removal(item, nextOf<Item>(token.items, item), page) : [];
    else if (!item) added = added.concat(pairLines(key, child.value, column, page));
    else {
      const from = endOfMark(item.sep, 'map-value-ind') ?? token.offset;
      yield* replaced(from, endOfItem(item) ?? from, valueBlock(child.value, column, page), column, page);
    }
  }
  if (added.length > 0) yield insertion(endOf(token), column, added, page);
}

function* listEdits(draft: Kept, token: CST.BlockSequence, page: Page): Generator<Splice> {
  const items = token.items.filter(({ start }) => endOfMark(start, 'seq-item-ind') !== undefined);
  const [first] = items;
  if (!first || !draft.items) return;
  const dash = startOfItem(first) ?? token.offset;
  const column = columnOf(page.text, dash);
  const gap = gapAfterDash(first, page.text);
  const added = (lines: readonly string[], previous: number | undefined) =>
    previous === undefined ? leading(dash, lines, page) : insertion(previous, column, lines, page);
  let previous: number | undefined;
  let pending: string[] = [];
  let index = 0;
  for (const child of draft.items) {
    if (child.kind === 'fresh' && !child.replaces) {
      pending = pending.concat(itemLines(child.value, column, gap, page));
      continue;
    }
    if (pending.length > 0) yield added(pending, previous);
    pending = [];
    const item = items[index++];
    previous = item && endOfItem(item);
    if (child.kind === 'kept') yield* collectionEdits(child, page);
    else if (child.kind === 'gone') yield* item ? removal(item, items[index], page) : [];
    else if (item) {
      const from = endOfMark(item.start, 'seq-item-ind') ?? dash;
      yield* replaced(from, previous ?? from, itemBlock(child.value, column, gap, page), column, page);
    }
  }
  if (pending.length > 0) yield added(pending, previous);
}

function nextOf<T>(items: readonly T[], item: T): T | undefined {
  return items[items.indexOf(item) + 1];
}

/** Removes an item: its lines, or where another item or a dash is on its first line, its text up to the next item. */
function removal(item: Item, next: Item | undefined, { text }: Page): Splice[] {
  const start = startOfItem(item) ?? 0;
  const line = lineStart(text, start);
  if (text.slice(line, start).trim() === '')
    return [{ from: line, to: nextLine(text, endOfItem(item) ?? start), text: '' }];
  const to = next && startOfItem(next);
  return to === undefined ? [] : [{ from: start, to, text: '' }];
}

/** The distance of an item's content from its dash, 2 unless the author aligns it differently. */
function gapAfterDash({ start, value }: Item, text: string): number {
  const dash = start.find(({ type }) => type === 'seq-item-ind')?.offset;
  if (dash === undefined || !value || !('offset' in value) || text.slice(dash, value.offset).includes('\n')) return 2;
  return /^- +$/.test(text.slice(dash, value.offset)) ? value.offset - dash : 2;
}

/** Replaces a text. New lines begin after the line that holds it, and after its comment. */
function replaced(from: number, to: number, { head, lines }: Block, column: number, page: Page): Splice[] {
  const splice = { from, to, text: head };
  if (lines.length === 0) return [splice];
  // A block scalar that begins on the line continues on the next one, without a comment between.
  return [splice, insertion(to, head === '' ? column : Number.POSITIVE_INFINITY, lines, page)];
}

/**
 * Inserts lines after the line that holds a position. Comments with more indentation than the column belong to what
 * precedes them, and stay with it.
 */
function insertion(position: number, column: number, lines: readonly string[], page: Page): Splice {
  const { text, lineBreak } = page;
  let at = nextLine(text, position);
  for (let line = at; line < text.length; line = nextLine(text, line)) {
    let first = line;
    while (text[first] === ' ') first++;
    if (text[first] === '#' && first - line > column) at = nextLine(text, line);
    else if (first < text.length && text[first] !== '\n' && text[first] !== '\r') break;
  }
  const whole = at === 0 || text[at - 1] === '\n';
  const joined = lines.join(lineBreak);
  const added = whole ? joined + lineBreak : lineBreak + joined;
  return { from: at, to: at, text: added };
}

/** Inserts lines before the first item of a list, above the comments directly over it. */
function leading(dash: number, lines: readonly string[], page: Page): Splice {
  const { text, lineBreak } = page;
  let at = lineStart(text, dash);
  const indent = text.slice(at, dash);
  if (indent.trim() !== '') {
    return {
      from: dash,
      to: dash,
      text: `${lines.join(lineBreak).trimStart()}${lineBreak}${' '.repeat(indent.length)}`,
    };
  }
  while (at > 0 && text.slice(lineStart(text, at - 1), at).startsWith(`${indent}#`)) at = lineStart(text, at - 1);
  return { from: at, to: at, text: lines.join(lineBreak) + lineBreak };
}
