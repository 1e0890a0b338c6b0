import { type CST, isMap } from 'yaml';
import type { Json } from '../core/json.ts';
import { type Draft, isChanged, type Kept, pairOf } from './draft.ts';
import { emptiedOrFilled } from './flow-in-place.ts';
import type { Splice } from './lines.ts';
import { indentOf } from './lines.ts';
import type { Page } from './page.ts';
import { flowPair, flowText } from './render.ts';
import { endOfItem, endOfMark, type Item, isComment, startOfItem, startOfValue } from './tokens.ts';

/** The layout of a flow collection. `items` leaves out the empty one after a last comma. */
interface Layout {
  readonly items: readonly Item[];
  /** The indentation of the first item, if each has a line of its own. */
  readonly indent: string | undefined;
  /** Where the comma after the last item ends, if there is one. */
  readonly comma: number | undefined;
}

/** The splices that turn a flow collection, or any collection of a JSON file, into its draft. */
export function* flowEdits(draft: Kept, token: CST.Token, page: Page): Generator<Splice> {
  if (!isChanged(draft) || token.type !== 'flow-collection') return;
  const layout = layoutOf(token, page);
  yield* draft.items ? listEdits(draft.items, layout, page) : mapEdits(draft, layout, page);
}

function layoutOf(token: CST.FlowCollection, { text }: Page): Layout {
  const items = token.items.filter((item) => endOfItem(item) !== undefined);
  const first = (items[0] && startOfItem(items[0])) ?? token.offset;
  const ownLines = text.slice(token.offset, first).includes('\n');
  const comma = token.items.length > items.length ? endOfMark(token.items.at(-1)?.start, 'comma') : undefined;
  return { items, indent: ownLines ? indentOf(text, first) : undefined, comma };
}

function* mapEdits(draft: Kept, layout: Layout, page: Page): Generator<Splice> {
  if (!isMap(draft.node)) return;
  const added: string[] = [];
  const gone = new Set<Item>();
  for (const [key, child] of draft.entries) {
    const item = pairOf(draft.node, key)?.srcToken;
    if (child.kind === 'kept') yield* nestedEdits(child, page);
    else if (child.kind === 'gone') {
      if (item) gone.add(item);
    } else if (!item) added.push(flowPair(key, child.value, page, layout.indent));
    else yield* emptiedOrFilled(item.value, child.value, page) ?? [replacedValue(item, child.value, layout, page)];
  }
  yield* removals(gone, layout);
  yield* appended(added, gone, layout, page);
}

/** Replaces the value of a pair. A comment before it stays. */
function replacedValue(item: Item, value: Json, { indent }: Layout, page: Page): Splice {
  const to = endOfItem(item) ?? 0;
  const mark = endOfMark(item.sep, 'map-value-ind');
  const text = flowText(value, page, indent);
  if (mark === undefined) return { from: to, to, text: `:${page.gap}${text}` };
  const start = startOfValue(item, mark);
  return page.text.slice(mark, start).includes('#')
    ? { from: start, to, text }
    : { from: mark, to, text: page.gap + text };
}

function* listEdits(drafts: readonly Draft[], layout: Layout, page: Page): Generator<Splice> {
  let added: string[] = [];
  let index = 0;
  const gone = new Set<Item>();
  for (const child of drafts) {
    if (child.kind === 'fresh' && !child.replaces) {
      added.push(flowText(child.value, page, layout.indent));
      continue;
    }
    const item = layout.items[index++];
    const from = (item && startOfItem(item)) ?? 0;
    if (child.kind === 'gone') {
      if (item) gone.add(item);
      continue;
    }
    if (added.length > 0) yield { from, to: from, text: added.map((text) => text + comma(layout, page)).join('') };
    added = [];
    if (child.kind === 'kept') yield* nestedEdits(child, page);
    else {
      const to = (item && endOfItem(item)) ?? from;
      const inPlace = emptiedOrFilled(item?.value, child.value, page);
      yield* inPlace ?? [{ from, to, text: flowText(child.value, page, layout.indent) }];
    }
  }
  yield* removals(gone, layout);
  yield* appended(added, gone, layout, page);
}

/** Removes items: each up to the next one, or to a comment before that; then those at the end. */
function* removals(gone: ReadonlySet<Item>, layout: Layout): Generator<Splice> {
  const { items } = layout;
  const last = items.findLastIndex((item) => !gone.has(item));
  for (const [i, item] of items.slice(0, last + 1).entries()) {
    const from = startOfItem(item) ?? 0;
    const next = items[i + 1];
    if (gone.has(item) && next)
      yield { from, to: next.start.find(isComment)?.offset ?? startOfItem(next) ?? from, text: '' };
  }
  const [kept, first, end] = [items[last], items[last + 1], items.at(-1)];
  if (kept && first && end) yield* lastRemoved(endOfItem(kept) ?? 0, first, end, layout);
}

/**
 * Removes the last items, from one to another, behind the position where the item before them ends. The comments of
 * that one stay, and so does a comma at the end of the collection.
 */
function* lastRemoved(position: number, first: Item, end: Item, { comma }: Layout): Generator<Splice> {
  const mark = first.start.find(({ type }) => type === 'comma');
  const before = [...first.start.filter(isComment), ...(comma !== undefined && mark ? [mark] : [])];
  const from = Math.max(position, ...before.map(({ offset, source }) => offset + source.length));
  if (comma === undefined && mark && mark.offset < from) yield { from: mark.offset, to: mark.offset + 1, text: '' };
  yield { from, to: comma ?? endOfItem(end) ?? from, text: '' };
}

function* nestedEdits(child: Kept, page: Page): Generator<Splice> {
  if (child.node?.srcToken) yield* flowEdits(child, child.node.srcToken, page);
}

/** Inserts items after the last one. A comment stays on its line, and a comma at the end stays there. */
function appended(texts: readonly string[], gone: ReadonlySet<Item>, layout: Layout, page: Page): Splice[] {
  const last = layout.items.at(-1);
  const kept = layout.items.findLast((item) => !gone.has(item));
  if (texts.length === 0 || !last || !kept) return [];
  const end = layout.comma ?? endOfItem(last) ?? 0;
  const text = comma(layout, page).slice(1) + texts.join(comma(layout, page)) + (layout.comma === undefined ? '' : ',');
  const comment = /^[ \t]*#[^\r\n]*/.exec(page.text.slice(end, end + 4000))?.[0] ?? '';
  const splices = [{ from: end + comment.length, to: end + comment.length, text }];
  const behind = endOfItem(kept) ?? end;
  return layout.comma === undefined ? [{ from: behind, to: behind, text: ',' }, ...splices] : splices;
}

function comma({ indent }: Layout, page: Page): string {
  return indent === undefined ? `,${page.gap}` : `,${page.lineBreak}${indent}`;
}
