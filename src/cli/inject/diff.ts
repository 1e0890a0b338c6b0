import { styleText } from 'node:util';
import { applySplices, lineStart, nextLine, type Splice, sorted } from '../../yaml-edit/lines.ts';
import { quotedPath } from '../file-path.ts';

/** Lines that change: from an index on, a number of old lines become the added ones. */
interface Change {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly string[];
}

const context = 3;
const colours = new Map<string, 'red' | 'green' | 'cyan'>([
  ['-', 'red'],
  ['+', 'green'],
  ['@', 'cyan'],
]);

/**
 * A unified diff of a text and its splices, as `diff -u` writes it; empty when nothing changes. The splices say what
 * changes, so this takes linear time, unlike a comparison of two texts.
 */
export function unifiedDiff(name: string, text: string, splices: readonly Splice[], colour: boolean): string {
  const lines = linesOf(text);
  const changes = changesOf(text, splices);
  const painted = (line: string) => {
    const style = colour && colours.get(line[0] ?? '');
    return style ? `${styleText(style, line.trimEnd(), { validateStream: false })}\n` : line;
  };
  let diff = '';
  let shift = 0;
  for (const hunk of hunksOf(changes)) {
    const body = hunkLines(hunk, lines);
    const start = Math.max(0, (hunk[0]?.at ?? 0) - context);
    const before = body.filter((line) => line[0] !== '+').length;
    const after = body.filter((line) => line[0] !== '-').length;
    diff += painted(`@@ -${range(start, before)} +${range(start + shift, after)} @@\n`);
    for (const line of body)
      diff +=
        painted(line.endsWith('\n') ? line : `${line}\n`) +
        (line.endsWith('\n') ? '' : '\\ No newline at end of file\n');
    shift += after - before;
  }
  return diff === '' ? '' : `--- ${quotedPath(name)}\n+++ ${quotedPath(name)}\n${diff}`;
}

const range = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The splices as whole lines. Splices on one line, or on neighbouring ones, are one change. */
function changesOf(text: string, splices: readonly Splice[]): Change[] {
  const changes: Change[] = [];
  let line = 0;
  let counted = 0;
  let group: Splice[] = [];
  let from = 0;
  let to = -1;
  const close = () => {
    if (group.length === 0) return;
    for (let at = text.indexOf('\n', counted); at >= 0 && at < from; at = text.indexOf('\n', at + 1)) line++;
    counted = from;
    const old = linesOf(text.slice(from, to));
    const moved = group.map((splice) => ({ ...splice, from: splice.from - from, to: splice.to - from }));
    changes.push(trimmed(line, old, linesOf(applySplices(text.slice(from, to), moved))));
    group = [];
  };
  const [lineOfFrom, lineOfTo] = [lineFinder(text), lineFinder(text)];
  for (const splice of sorted(splices)) {
    const { start } = lineOfFrom(splice.from);
    const last = lineOfTo(splice.to);
    const endsLine = splice.to === last.start && /(?:^|\n)$/.test(splice.text);
    // `to <= start`: otherwise the splice before took the line feed, and this one continues its line.
    const end = endsLine && splice.from === start && to <= start ? splice.to : last.end;
    if (group.length === 0 || start > to) {
      close();
      from = start;
      to = end;
    }
    to = Math.max(to, end);
    group.push(splice);
  }
  close();
  return changes;
}

/** Finds the line that holds a position. It remembers the last one: a JSON text can be a single line. */
function lineFinder(text: string): (position: number) => { readonly start: number; readonly end: number } {
  let line = { start: 0, end: 0 };
  return (position) => {
    if (position < line.start || position >= line.end)
      line = { start: lineStart(text, position), end: nextLine(text, position) };
    return line;
  };
}

function trimmed(at: number, old: readonly string[], now: readonly string[]): Change {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return { at: at + head, removed: old.length - head - tail, added: now.slice(head, now.length - tail) };
}

function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const change of changes) {
    if (change.at - end > 2 * context) hunks.push([change]);
    else hunks.at(-1)?.push(change);
    end = change.at + change.removed;
  }
  return hunks;
}

function hunkLines(hunk: readonly Change[], lines: readonly string[]): string[] {
  const body: string[] = [];
  let at = Math.max(0, (hunk[0]?.at ?? 0) - context);
  const keep = (end: number) => {
    for (const line of lines.slice(at, end)) body.push(` ${line}`);
    at = Math.max(at, Math.min(end, lines.length));
  };
  for (const change of hunk) {
    keep(change.at);
    for (const line of lines.slice(at, at + change.removed)) body.push(`-${line}`);
    for (const line of change.added) body.push(`+${line}`);
    at += change.removed;
  }
  keep(at + context);
  return body;
}
