/** White space, letters that mean nothing here, an escaped letter, a quote. */
const piece = /\s+|[^\s"'\\]+|\\.?|["']/gs;

/**
 * The words of a shell line and the white space between them, in order; joined they are the line again. Quotes keep a
 * word together and stay in it. A quote that nothing closes is a letter, as in titles that programs give themselves.
 * Linear: the end of each kind of quote is searched in vain at most once.
 */
export function splitWords(line: string): string[] {
  const parts: string[] = [];
  const unclosed = new Set<string>();
  let start = 0;
  const cut = (end: number) => {
    if (end > start) parts.push(line.slice(start, end));
    start = end;
  };
  piece.lastIndex = 0;
  for (let found = piece.exec(line); found; found = piece.exec(line)) {
    const text = found[0];
    if (isSpace(text)) {
      cut(found.index);
      cut(piece.lastIndex);
    } else if ((text === '"' || text === "'") && !unclosed.has(text)) {
      const end = closing(line, text, found.index + 1);
      if (end === undefined) unclosed.add(text);
      else piece.lastIndex = end;
    }
  }
  cut(line.length);
  return parts;
}

/** The index behind the quote that closes the one before `from`. */
function closing(line: string, quote: string, from: number): number | undefined {
  for (let at = line.indexOf(quote, from); at >= 0; at = line.indexOf(quote, at + 1)) {
    if (quote === "'" || !isEscaped(line, at, from)) return at + 1;
  }
  return undefined;
}

/** Whether an odd number of backslashes stands before `at`, none of them before `from`. */
function isEscaped(line: string, at: number, from: number): boolean {
  let first = at;
  while (first > from && line[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

export function isSpace(text: string): boolean {
  return /^\s/.test(text);
}
