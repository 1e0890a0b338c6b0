import { type CST, isMap } from 'yaml';
import { type Draft, isChanged, type Kept, pairOf } from './draft.ts';
import type { Splice } from './lines.ts';
import { indentOf } from './lines.ts';
import type { Page } from './page.ts';
import { flowPair, flowText } from './render.ts';
import { endOfItem, endOfMark, type Item, startOfItem } from './tokens.ts';

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
    else {
      const to = endOfItem(item) ?? 0;
      const from = endOfMark(item.sep, 'map-value-ind');
      const text = `${from === undefined ? ':' : ''}${page.gap}${flowText(child.value, page, layout.indent)}`;
      yield { from: from ?? to, to, text };
    }
  }
  yield* removals(gone, layout, page);
  yield* appended(added, layout, page);
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
    else yield { from, to: (item && endOfItem(item)) ?? from, text: flowText(child.value, page, layout.indent) };
  }
  yield* removals(gone, layout, page);
  yield* appended(added, layout, page);
}

/** Removes items: each up to the next one; the last ones from the end of the item before them, with its comma. */
function* removals(gone: ReadonlySet<Item>, { items }: Layout, page: Page): Generator<Splice> {
  const last = items.findLastIndex((item) => !gone.has(item));
  for (const [i, item] of items.slice(0, last + 1).entries()) {
    const from = startOfItem(item) ?? 0;
    const next = items[i + 1];
    if (gone.has(item) && next) yield { from, to: startOfItem(next) ?? from, text: '' };
  }
  const [kept, end] = [items[last], items.at(-1)];
  if (gone.size === 0 || !kept || !end || kept === end) return;
  const from = endOfItem(kept) ?? 0;
  const to = endOfItem(end) ?? from;
  if (page.json || !page.text.slice(from, to).includes('#')) yield { from, to, text: '' };
}

function* nestedEdits(child: Kept, page: Page): Generator<Splice> {
  if (child.node?.srcToken) yield* flowEdits(child, child.node.srcToken, page);
}

/** Inserts items after the last one. A comment stays on its line. */
function appended(texts: readonly string[], layout: Layout, page: Page): Splice[] {
  const last = layout.items.at(-1);
  if (texts.length === 0 || !last) return [];
  const end = layout.comma ?? endOfItem(last) ?? 0;
  const text = comma(layout, page).slice(1) + texts.join(comma(layout, page));
  const comment = /^[ \t]*#[^\r\n]*/.exec(page.text.slice(end, end + 4000))?.[0] ?? '';
  const splices = [{ from: end + comment.length, to: end + comment.length, text }];
  return layout.comma === undefined ? [{ from: end, to: end, text: ',' }, ...splices] : splices;
}

function comma({ indent }: Layout, page: Page): string {
  return indent === undefined ? `,${page.gap}` : `,${page.lineBreak}${indent}`;
}
