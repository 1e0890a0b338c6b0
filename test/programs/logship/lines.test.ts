import { describe, expect, it } from 'vitest';
import { type Begins, createLines, everyLine, indented, type Piece } from '../../../src/programs/logship/lines.ts';

/** The pieces of a text that comes in parts of so many bytes. */
function pieces(text: string, size: number, begins: Begins): { now: Piece[]; rest: Piece[] } {
  const bytes = Buffer.from(text);
  const lines = createLines(begins, 'first');
  const now: Piece[] = [];
  for (let at = 0; at < bytes.length; at += size) now.push(...lines.add(bytes.subarray(at, at + size), at, 0));
  return { now, rest: lines.finish() };
}
const texts = (list: readonly Piece[]) => list.map(({ text }) => text);

describe('lines', () => {
  it.each([1, 2, 3, 7, 100])('are the same in whatever parts of %i bytes they come', (size) => {
    const { now, rest } = pieces('eins\nzwei drei ü€𝄞\r\n\nlast', size, everyLine);
    expect(texts(now)).toEqual(['eins', 'zwei drei ü€𝄞', '']);
    expect(texts(rest)).toEqual(['last']);
  });

  it.each([1, 5, 1000])('that belong together are one, with their place in the file (parts of %i bytes)', (size) => {
    const text = 'one\nboom\n  at x\n  at y\ntwo\n';
    const { now, rest } = pieces(text, size, indented);
    expect(texts([...now, ...rest])).toEqual(['one', 'boom\n  at x\n  at y', 'two']);
    const bytes = Buffer.from(text);
    for (const { text, start, end } of [...now, ...rest]) expect(bytes.toString('utf8', start, end)).toBe(`${text}\n`);
  });

  it('are complete when nothing has followed for a second, but not in the middle of one', () => {
    const lines = createLines(indented, 'first');
    expect(lines.add(Buffer.from('boom\n  at'), 0, 1000)).toEqual([]);
    expect(lines.settle(5000)).toEqual([]);
    expect(lines.add(Buffer.from(' x\n'), 9, 6000)).toEqual([]);
    expect(lines.settle(6500)).toEqual([]);
    expect(texts(lines.settle(7000))).toEqual(['boom\n  at x']);
  });

  it('that are too long for receivers are cut, and nothing of them is lost', () => {
    const long = 'x'.repeat(450_000);
    const { now, rest } = pieces(`a\n${long}\nb\n`, 65_536, everyLine);
    const all = [...now, ...rest];
    expect(all.map(({ text }) => text.length)).toEqual([1, 200_000, 200_000, 50_000, 1]);
    for (const [i, { start }] of all.slice(1).entries()) expect(start).toBe(all[i]?.end);
    const wide = pieces('€'.repeat(150_000), 10_000, everyLine);
    expect(texts([...wide.now, ...wide.rest]).join('')).toBe('€'.repeat(150_000));
  });

  it('that are no text keep their places in the file, whatever bytes they have', () => {
    const lines = createLines(everyLine, 'first');
    const all = [...lines.add(Buffer.alloc(450_000, 0x80), 0, 0), ...lines.finish()];
    expect(all.map(({ start, end }) => [start, end])).toEqual([
      [0, 200_000],
      [200_000, 400_000],
      [400_000, 450_000],
    ]);
  });
});
