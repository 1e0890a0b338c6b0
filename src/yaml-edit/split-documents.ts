import { jsonStream } from './json-tokens.ts';

/** One document of a file: its text with everything around it, and the line where that text begins. */
export interface Chunk {
  readonly text: string;
  readonly line: number;
}

/**
 * Splits a file into its documents, in one pass: at lines with `---` and `...`, and between the objects of a JSON
 * stream. The joined chunks are the whole file.
 */
export function splitDocuments(text: string): Chunk[] {
  return splitAtMarkers(text).flatMap(splitStream);
}

function splitStream(chunk: Chunk): Chunk[] {
  const starts = jsonStream(chunk.text);
  let { line } = chunk;
  if (starts.length === 1) return [chunk];
  return starts.map((start, i) => {
    const piece = { text: chunk.text.slice(start, starts[i + 1]), line };
    line += piece.text.split('\n').length - 1;
    return piece;
  });
}

function splitAtMarkers(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let chunkStart = 0;
  let chunkLine = 1;
  let hasContent = false;
  let line = 1;
  const cut = (end: number, nextLine: number) => {
    if (end > chunkStart) chunks.push({ text: text.slice(chunkStart, end), line: chunkLine });
    chunkStart = end;
    chunkLine = nextLine;
    hasContent = false;
  };
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const marker = markerAt(text, start);
    if (marker === '---') {
      if (hasContent) cut(start, line);
      hasContent = true;
    } else if (marker === '...') cut(end, line + 1);
    else hasContent ||= !isFiller(text, start, end);
    start = end;
  }
  cut(text.length, line);
  return chunks;
}

function markerAt(text: string, start: number): '---' | '...' | undefined {
  const marker = text.startsWith('---', start) ? '---' : text.startsWith('...', start) ? '...' : undefined;
  const after = text[start + 3];
  return after === undefined || after === ' ' || after === '\t' || after === '\r' || after === '\n'
    ? marker
    : undefined;
}

/** Blank lines, comments and directives belong to the document after them. */
function isFiller(text: string, start: number, end: number): boolean {
  if (text[start] === '%') return true;
  let at = start;
  while (at < end && (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\n')) at++;
  return at === end || text[at] === '#';
}
