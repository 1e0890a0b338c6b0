import fc from 'fast-check';

/** How many pods each law is tried on: `LAW_RUNS=200000 npm test -- test/laws` for a long night. */
export const runs = Number(process.env.LAW_RUNS ?? 10_000);
const seed = Number(process.env.LAW_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Tries a property on generated input; the seed is printed so that a failure can be had again with LAW_SEED. */
export function holdsFor<T>(law: string, input: fc.Arbitrary<T>, property: (input: T) => void, numRuns = runs): void {
  console.log(`${law}: ${numRuns} pods, LAW_SEED=${seed}`);
  fc.assert(fc.property(input, property), { numRuns, seed });
}
