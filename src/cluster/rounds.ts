/** Work that is done again and again, never twice at the same time. */
export interface Rounds {
  /** Asks for a round: at once, or after the one that runs. */
  readonly look: () => void;
  /** A round that runs goes on; no other one follows. */
  readonly stop: () => void;
}

/**
 * Does `round` when it is asked for, and `wait` milliseconds after the end of the last one; it gives that number, and
 * never rejects.
 */
export function createRounds(round: () => Promise<number>): Rounds {
  let isAsked = false;
  let isRunning = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  async function run(): Promise<void> {
    if (isRunning || isStopped) return;
    clearTimeout(timer);
    isRunning = true;
    isAsked = false;
    const wait = await round();
    isRunning = false;
    if (!isStopped) timer = setTimeout(run, isAsked ? 0 : wait).unref();
  }
  return {
    look() {
      isAsked = true;
      void run();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
