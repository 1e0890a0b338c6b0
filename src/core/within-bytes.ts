/** A text of at most so many bytes of UTF-8: cut where it is longer, with `…` at its end. */
export function withinBytes(text: string, most: number): string {
  if (3 * text.length <= most) return text;
  const bytes = Buffer.from(text.slice(0, most + 1));
  if (bytes.length <= most) return text;
  // A character that was cut in two ends as U+FFFD.
  return `${bytes.toString('utf8', 0, most - 3).replace(/\uFFFD+$/, '')}…`;
}
