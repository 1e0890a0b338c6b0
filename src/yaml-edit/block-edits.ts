import { type CST, isMap } from 'yaml';
import { isChanged, type Kept, pairOf } from './draft.ts';
import { flowEdits } from './flow-edits.ts';
import { insertion, leading } from './insertions.ts';
import type { Splice } from './lines.ts';
import { columnOf, lineStart, nextLine } from './lines.ts';
import type { Page } from './page.ts';
import { itemLines, pairLines } from './render.ts';
import { replacedItem, replacedValue } from './replacements.ts';
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
      yield* replacedValue(item, child.value, column, page);
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
    else if (item) yield* replacedItem(item, child.value, column, gap, page);
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
