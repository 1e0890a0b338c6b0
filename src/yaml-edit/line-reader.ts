import { flowAt } from './line-flow.ts';
import { keyAt, literalAt, scalarAt } from './line-scalar.ts';
import { type LineList, type LineMap, type LineNode, uncommon } from './line-tree.ts';

/** All but line feeds and the printable characters that every reader of YAML takes for the same. */
const odd = /[^\n\u0020-\u007e\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/** More than any manifest has, and less than the stack takes. */
const maxDepth = 100;

/**
 * Reads a document in the style in which nearly all manifests are written: maps and lists in block style, scalars and
 * flow collections on one line, literal blocks. The value and the positions are those that `parse` gives, in a tenth of
 * its time. Undefined for any other document: `parse` reads it, or says what is wrong with it.
 */
export function readLines(text: string): LineMap | LineList | undefined {
  if (!text.endsWith('\n') || odd.test(text)) return undefined;
  try {
    return new LineReader(text).document();
  } catch (error) {
    // A regular expression runs out of stack in a scalar of some megabytes on one line.
    if (error === uncommon || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Stands at the first character of a line that is neither blank nor a comment, or behind a dash on that line. */
class LineReader {
  readonly #text: string;
  #at = 0;
  /** The column of that character; -1 at the end of the text. */
  #column = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): LineMap | LineList {
    this.#toContent(0);
    if (this.#column === 0 && this.#text.startsWith('---\n', this.#at)) this.#toContent(this.#at + '---\n'.length);
    const root = this.#collection();
    if (this.#column >= 0) throw uncommon;
    return root;
  }

  #collection(): LineMap | LineList {
    if (this.#column < 0 || this.#depth === maxDepth) throw uncommon;
    this.#depth++;
    const node = this.#isDash(this.#at) ? this.#list() : this.#map();
    this.#depth--;
    return node;
  }

  #map(): LineMap {
    const column = this.#column;
    const map: LineMap = { kind: 'map', value: {}, from: this.#at, items: [] };
    do {
      const key = keyAt(this.#text, this.#at);
      if (!key || key.value === '__proto__' || Object.hasOwn(map.value, key.value)) throw uncommon;
      const node = this.#valueBehind(key.to + 1, column, true);
      map.items.push({ key, node });
      map.value[key.value] = node ? node.value : null;
    } while (this.#column === column);
    return map;
  }

  #list(): LineList {
    const column = this.#column;
    const list: LineList = { kind: 'list', value: [], from: this.#at, items: [] };
    do {
      const dash = this.#at;
      const node = this.#valueBehind(dash + 1, column, false);
      list.items.push({ dash, node });
      list.value.push(node ? node.value : null);
    } while (this.#column === column && this.#isDash(this.#at));
    return list;
  }

  /** The value behind a colon or dash of a collection at a column. Goes on to the line behind it. */
  #valueBehind(mark: number, column: number, inMap: boolean): LineNode | undefined {
    const text = this.#text;
    let at = mark;
    while (text[at] === ' ') at++;
    const node = this.#isLineEnd(at) ? this.#valueBelow(at, column, inMap) : this.#valueOnLine(at, column, inMap);
    if (this.#column > column) throw uncommon;
    return node;
  }

  /** A collection on the lines below. A list may have the column of its key. */
  #valueBelow(at: number, column: number, inMap: boolean): LineNode | undefined {
    this.#toContent(this.#text.indexOf('\n', at) + 1);
    const isBelow = this.#column > column || (inMap && this.#column === column && this.#isDash(this.#at));
    return isBelow ? this.#collection() : undefined;
  }

  #valueOnLine(at: number, column: number, inMap: boolean): LineNode {
    const text = this.#text;
    if (!inMap && (this.#isDash(at) || keyAt(text, at))) {
      this.#column += at - this.#at;
      this.#at = at;
      return this.#collection();
    }
    const first = text[at];
    if (first === '|') {
      const block = literalAt(text, at, column);
      this.#toContent(block.to + 1);
      return block;
    }
    const node = first === '{' || first === '[' ? flowAt(text, at) : scalarAt(text, at, false);
    let end = node.to;
    while (text[end] === ' ') end++;
    if (!this.#isLineEnd(end)) throw uncommon;
    this.#toContent(text.indexOf('\n', end) + 1);
    return node;
  }

  /** At a line break, or a comment behind a blank. */
  #isLineEnd(at: number): boolean {
    return this.#text[at] === '\n' || (this.#text[at] === '#' && this.#text[at - 1] === ' ');
  }

  #isDash(at: number): boolean {
    const next = this.#text[at + 1];
    return this.#text[at] === '-' && (next === ' ' || next === '\n');
  }

  /** Goes to the first content from the start of a line on. */
  #toContent(line: number): void {
    const text = this.#text;
    for (let start = line; start < text.length; ) {
      let at = start;
      while (text[at] === ' ') at++;
      if (text[at] !== '\n' && text[at] !== '#') {
        this.#at = at;
        this.#column = at - start;
        return;
      }
      start = text.indexOf('\n', at) + 1;
    }
    this.#column = -1;
  }
}
