import type { CST } from 'yaml';

/** An item of a collection as the parser gives it: tokens before it, key, separator, value. */
export type Item = CST.CollectionItem;

const trivia = new Set(['space', 'comment', 'newline', 'comma']);

/** Where the text of a node ends, without trailing white space, comments and line break. */
export function endOf(token: CST.Token): number {
  switch (token.type) {
    case 'block-map':
    case 'block-seq':
      return token.items.reduce((end, item) => endOfItem(item) ?? end, token.offset);
    case 'flow-collection':
      return endOfTokens(token.end) ?? token.offset;
    case 'block-scalar':
      return endOfBlockScalar(token);
    default:
      return 'source' in token ? token.offset + token.source.length : token.offset;
  }
}

/** Where the text of an item ends; undefined for a mere comment or comma after the last item. */
export function endOfItem(item: Item): number | undefined {
  if (item.value) return endOf(item.value);
  return endOfTokens(item.sep ?? []) ?? (item.key ? endOf(item.key) : endOfTokens(item.start));
}

/** Where the text of an item begins, including its dash, anchor and tag. */
export function startOfItem(item: Item): number | undefined {
  const first = item.start.find(({ type }) => !trivia.has(type));
  return first?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? item.value?.offset;
}

/** Where the value behind a dash or colon begins, including its anchor and tag; at that mark where there is none. */
export function startOfValue({ start, sep, value }: Item, mark: number): number {
  const first = [...start, ...(sep ?? [])].find(({ type, offset }) => offset >= mark && !trivia.has(type));
  if (first || !value) return first?.offset ?? mark;
  const item = 'items' in value && value.type !== 'flow-collection' ? value.items[0] : undefined;
  return (item && startOfItem(item)) ?? ('offset' in value ? value.offset : mark);
}

/** Where a dash, colon or comma before a key or value ends. */
export function endOfMark(tokens: readonly CST.SourceToken[] | undefined, type: CST.SourceToken['type']) {
  const mark = tokens?.find((token) => token.type === type);
  return mark && mark.offset + mark.source.length;
}

export function isComment({ type }: CST.SourceToken): boolean {
  return type === 'comment';
}

function endOfTokens(tokens: readonly CST.Token[]): number | undefined {
  const last = tokens.findLast(({ type }) => !trivia.has(type));
  return last && endOf(last);
}

function endOfBlockScalar(token: CST.BlockScalar): number {
  const header = endOfTokens(token.props) ?? token.offset;
  const line = token.props.at(-1);
  const body = token.source.replace(/\r?\n$/, '');
  return line?.type === 'newline' && body !== '' ? line.offset + line.source.length + body.length : header;
}
