import type { JsonObject } from '../../core/json.ts';
import { objectIn } from './object-in.ts';

const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
const decoder = new TextDecoder();

/**
 * The items of a list of the API server, one after the other, from its JSON: a page of pods is some megabytes, and as
 * objects ten times as much. Returns the list without its items; undefined where the text is not JSON, or not a list.
 */
export function* listItems(bytes: Uint8Array): Generator<JsonObject, JsonObject | undefined> {
  let depth = 0;
  let key = '';
  let [from, to] = [-1, -1];
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote) {
      const end = endOfText(bytes, i);
      if (depth === 1) key = decoder.decode(bytes.subarray(i + 1, end));
      i = end;
    } else if (byte === openObject || byte === openList) {
      depth += 1;
      if (depth === 2 && byte === openList && key === 'items' && from < 0) from = i + 1;
      if (depth === 3) start = i;
    } else if (byte === closeObject || byte === closeList) {
      depth -= 1;
      if (from < 0 || to >= 0) continue;
      if (depth === 1) to = i;
      if (depth !== 2) continue;
      const item = objectIn(bytes.subarray(start, i + 1));
      if (!item) return undefined;
      yield item;
    }
  }
  if (to >= 0) return objectIn(bytes.subarray(0, from), bytes.subarray(to));
  const list = objectIn(bytes);
  return list?.items === null ? list : undefined;
}

/** The index of the quote that ends a text. */
function endOfText(bytes: Uint8Array, start: number): number {
  let end = start;
  do {
    end = bytes.indexOf(quote, end + 1);
    if (end < 0) return bytes.length;
  } while (isEscaped(bytes, end));
  return end;
}

function isEscaped(bytes: Uint8Array, index: number): boolean {
  let backslashes = 0;
  while (bytes[index - 1 - backslashes] === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}
