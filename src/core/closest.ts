/** The candidate that is closest to a word, if at most `allowed` typing errors are between them. */
export function closest(
  word: string,
  candidates: Iterable<string>,
  allowed = Math.max(1, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let least = allowed + 1;
  for (const candidate of candidates) {
    const distance = Math.abs(candidate.length - word.length) >= least ? least : editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** `Did you mean …?` where a candidate is close to a word; else what to write instead. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const near = closest(word, candidates);
  return near === undefined ? otherwise : `Did you mean ${near}?`;
}

/** Operations (insert, remove, replace, swap of neighbours) that make one word the other: optimal string alignment. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
