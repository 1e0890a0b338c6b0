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
