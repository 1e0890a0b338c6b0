import { fc } from '../fast-check.ts';
import { seed } from '../seed.ts';

/** How many pods each law is tried on: `LAW_RUNS=200000 npm test -- test/laws` for a long night. */
export const runs = Number(process.env.LAW_RUNS ?? 10_000);

/** Tries a property on generated input; the seed is printed so that a failure can be had again with SEED. */
export function holdsFor<T>(law: string, input: fc.Arbitrary<T>, property: (input: T) => void, numRuns = runs): void {
  console.log(`${law}: ${numRuns} pods, SEED=${seed}`);
  fc.assert(fc.property(input, property), { numRuns, seed });
}
