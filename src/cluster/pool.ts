/** Tasks that run in their order, a few at a time. A task never rejects. */
export interface Pool {
  readonly add: (task: () => Promise<void>) => void;
  /** Tasks that run or wait. */
  readonly size: () => number;
}

export function createPool(most: number): Pool {
  const queue = new Set<() => Promise<void>>();
  let running = 0;
  async function next(): Promise<void> {
    const [task] = queue;
    if (running === most || !task) return;
    queue.delete(task);
    running += 1;
    await task();
    running -= 1;
    void next();
  }
  return {
    add(task) {
      queue.add(task);
      void next();
    },
    size: () => queue.size + running,
  };
}
