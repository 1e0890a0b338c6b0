/**
 * How many values there are when everything that is shared is counted at each place where it appears, at most about
 * the limit. Each shared object is counted once and remembered, so the work is that of the file, not of what it unfolds to.
 */
export function expandedSize(root: unknown, limit: number): number {
  const known = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const size = known.get(value);
    if (size !== undefined) return size;
    known.set(value, Number.POSITIVE_INFINITY);
    let total = 1;
    for (const child of Object.values(value)) {
      total += sizeOf(child);
      if (total > limit) break;
    }
    known.set(value, total);
    return total;
  };
  return sizeOf(root);
}
