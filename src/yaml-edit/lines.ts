/** Replaces the text between two positions. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Applies all splices. Of several insertions at one position, the first one comes first. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let result = '';
  let at = 0;
  for (const splice of sorted(splices)) {
    result += text.slice(at, splice.from) + splice.text;
    at = Math.max(at, splice.to);
  }
  return result + text.slice(at);
}

export function sorted(splices: readonly Splice[]): Splice[] {
  return [...splices].sort((a, b) => a.from - b.from);
}

/** Where the line that holds a position begins. */
export function lineStart(text: string, position: number): number {
  return position === 0 ? 0 : text.lastIndexOf('\n', position - 1) + 1;
}

/** Where the line after the one that holds a position begins; the end of the text for the last one. */
export function nextLine(text: string, position: number): number {
  const newline = text.indexOf('\n', position);
  return newline < 0 ? text.length : newline + 1;
}

/** How many characters precede a position on its line. */
export function columnOf(text: string, position: number): number {
  return position - lineStart(text, position);
}

/** The white space with which the line that holds a position begins. */
export function indentOf(text: string, position: number): string {
  return /[ \t]*/y.exec(text.slice(lineStart(text, position), position))?.[0] ?? '';
}

/** Where the line begins that has only white space before a position; the position itself where it has more. */
export function indentStart(text: string, position: number): number {
  let at = position;
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at--;
  return at === 0 || text[at - 1] === '\n' ? at : position;
}

/** Line and column of a position, both counted from one. */
export function linePosition(text: string, position: number): { readonly line: number; readonly column: number } {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line++;
  return { line, column: columnOf(text, position) + 1 };
}
