/**
 * What generated input starts from: the same in each run, so that a change is judged by itself. `SEED=7` tries other
 * input.
 */
export const seed = Number(process.env.SEED ?? 1);
