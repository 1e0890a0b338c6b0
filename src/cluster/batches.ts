export interface BatchOptions {
  /** Keys that are worked on at the same time; more are refused. */
  readonly most: number;
  /** Milliseconds from the start of one batch of a key to the start of its next one, at least. */
  readonly every: number;
}

/**
 * Work that callers share, by key. Who asks while a batch runs waits for the next one, which begins after the question:
 * its result is never older than the question. So each key has one batch that runs, and one that waits.
 */
export function createBatches(
  work: (key: string) => Promise<void>,
  { most, every }: BatchOptions,
): (key: string) => Promise<void> {
  const batches = new Map<string, { readonly over: Promise<void>; next?: Promise<void> }>();
  function start(key: string): Promise<void> {
    const result = work(key);
    const pause = every > 0 && new Promise((resolve) => setTimeout(resolve, every).unref());
    const over = Promise.allSettled([result, pause]).then(() => {
      if (!batch.next) batches.delete(key);
    });
    const batch: { readonly over: Promise<void>; next?: Promise<void> } = { over };
    batches.set(key, batch);
    return result;
  }
  return (key) => {
    const batch = batches.get(key);
    if (batch) {
      batch.next ??= batch.over.then(() => start(key));
      return batch.next;
    }
    if (batches.size >= most) return Promise.reject(new Error(`${most} other lookups are under way`));
    return start(key);
  };
}
