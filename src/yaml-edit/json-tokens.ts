/** A bracket or a whole string of a JSON text. */
export interface JsonToken {
  readonly start: number;
  readonly end: number;
  readonly type: 'open' | 'close' | 'string';
}

/** The brackets and strings of a text, read as JSON but not checked. */
export function* jsonTokens(text: string): Generator<JsonToken> {
  const mark = /["{}[\]]/g;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    const start = match.index;
    if (match[0] === '"') mark.lastIndex = stringEnd(text, start);
    const type = match[0] === '"' ? 'string' : match[0] === '{' || match[0] === '[' ? 'open' : 'close';
    yield { start, end: mark.lastIndex, type };
  }
}

/** Where the string that begins at a quote ends: after the next quote that is not escaped. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Where the objects of a JSON stream begin; `[0]` for any other text. */
export function jsonStream(text: string): readonly number[] {
  if (!/^\s*\{/.test(text) || isJson(text)) return [0];
  const starts: number[] = [];
  let depth = 0;
  let end = 0;
  for (const token of jsonTokens(text)) {
    if (token.type === 'open' && depth++ === 0) {
      starts.push(end);
    } else if (token.type === 'close' && --depth === 0) {
      end = /\s*?\n|\s*/y.exec(text.slice(token.end, token.end + 200))?.[0].length ?? 0;
      end += token.end;
    }
  }
  return starts.length > 1 && starts.every((start, i) => isJson(text.slice(start, starts[i + 1]))) ? starts : [0];
}

/** Whether a text is one JSON value. */
export function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
