/** Text to take the place of what stands between two positions. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The text with all splices made. Where several insert at one position, the first of them comes first. */
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
