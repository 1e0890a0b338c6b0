import type { CST } from 'yaml';
import { isEmpty, isObject, type Json } from '../core/json.ts';
import type { Splice } from './lines.ts';
import { lineStart } from './lines.ts';
import type { Page } from './page.ts';
import { flowPair, flowText } from './render.ts';
import { endOfItem, endOfMark, startOfItem } from './tokens.ts';

/**
 * Fills an empty collection in flow style, or empties a full one, where it has comments in its brackets. They stay.
 * Undefined for any other change.
 */
export function emptiedOrFilled(token: CST.Token | undefined, value: Json, page: Page): Splice[] | undefined {
  if (token?.type !== 'flow-collection' || typeof value !== 'object' || value === null || page.json) return undefined;
  if (Array.isArray(value) !== (token.start.type === 'flow-seq-start')) return undefined;
  const { text, lineBreak } = page;
  const open = token.offset + 1;
  const close = token.end[0]?.offset ?? open;
  const items = token.items.filter((item) => endOfItem(item) !== undefined);
  const [first, last] = [items[0], items.at(-1)];
  const before = text.slice(open, first ? startOfItem(first) : close);
  const from = open + before.trimEnd().length;
  if (first && last) {
    const comma = items.length < token.items.length ? endOfMark(token.items.at(-1)?.start, 'comma') : undefined;
    const to = comma ?? endOfItem(last) ?? close;
    return isEmpty(value) && `${before}${text.slice(to, close)}`.includes('#') ? [{ from, to, text: '' }] : undefined;
  }
  if (isEmpty(value) || !before.includes('#')) return undefined;
  // Behind the dashes, which are an indentation too.
  const line = /[ -]*/.exec(text.slice(lineStart(text, token.offset), token.offset))?.[0] ?? '';
  const indent = lineBreak + line.replaceAll('-', ' ') + page.step;
  return [
    {
      from,
      to: from,
      text: itemsOf(value, page)
        .map((item) => indent + item)
        .join(','),
    },
  ];
}

function itemsOf(value: Json, page: Page): string[] {
  if (Array.isArray(value)) return value.map((item: Json) => flowText(item, page));
  return isObject(value) ? Object.entries(value).map(([key, item = null]) => flowPair(key, item, page)) : [];
}
