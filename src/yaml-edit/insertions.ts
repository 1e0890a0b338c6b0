import type { Splice } from './lines.ts';
import { lineStart, nextLine } from './lines.ts';
import type { Page } from './page.ts';

/**
 * Inserts lines after the line that holds a position. Comments with more indentation than the column belong to what
 * precedes them, and stay with it.
 */
export function insertion(position: number, column: number, lines: readonly string[], page: Page): Splice {
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
export function leading(dash: number, lines: readonly string[], page: Page): Splice {
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
