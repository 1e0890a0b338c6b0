const opening = Buffer.from('"managedFields":[');
const [quote, backslash, open, close] = [0x22, 0x5c, 0x5b, 0x5d];

/**
 * The JSON text in these bytes (UTF-8), without the entries of its first `managedFields`. The API server's field tracking is
 * a third to more than half of a review, and nobody here looks at it; not reading it is cheaper than anything else one could
 * save. The place cannot be missed: inside a JSON string the quotes of the opening would be escaped. Nothing that the
 * injector answers depends on it, because a patch names paths and never holds what was there.
 */
export function textWithoutManagedFields(json: Buffer): string {
  const start = json.indexOf(opening);
  if (start < 0) return json.toString();
  const from = start + opening.length;
  const end = endOfList(json, from);
  return end < 0 ? json.toString() : json.toString('utf8', 0, from) + json.toString('utf8', end);
}

/** The index of the bracket that closes the list; -1 when the text ends before. */
function endOfList(json: Buffer, from: number): number {
  let depth = 1;
  for (let i = from; i < json.length; i++) {
    const character = json[i];
    if (character === quote) i = endOfString(json, i + 1);
    else if (character === open) depth += 1;
    else if (character === close) {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

/** The index of the closing quote. */
function endOfString(json: Buffer, from: number): number {
  for (let i = from; i < json.length; i++) {
    const character = json[i];
    if (character === quote) return i;
    if (character === backslash) i += 1;
  }
  return json.length;
}
