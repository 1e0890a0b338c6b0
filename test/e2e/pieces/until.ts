// Waiting for what comes by itself.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly seconds: number;
  readonly every?: number;
}

/** Calls `look` until it gives a value, and returns that; fails with the last thing it complained of. */
export async function until<T>(what: string, look: () => Promise<T | undefined>, patience: Patience): Promise<T> {
  const { seconds, every = 500 } = patience;
  const deadline = performance.now() + seconds * 1000;
  let complaint = '';
  while (true) {
    const found = await look().catch((error: Error) => {
      complaint = `: ${error.message}`;
      return undefined;
    });
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain until ${what}${complaint}`);
    await sleep(every);
  }
}
