// Says what is being done and how long it took.
import type { Progress } from './cache.ts';

export type Stage = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** A stage reports its name with its wall time once it is over. */
export function createStages(onProgress: Progress): Stage {
  return async (name, work) => {
    const started = performance.now();
    const result = await work();
    onProgress(`${name.padEnd(44)} ${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`);
    return result;
  };
}

/** As Promise.all, but a failure is told only when nothing goes on any more that the others had begun. */
export async function together<T extends readonly unknown[] | []>(works: T) {
  await Promise.allSettled(works);
  return Promise.all(works);
}
