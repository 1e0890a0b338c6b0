import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests that measure time, memory or processor time, or that keep all cores busy.
const alone = 'test/**/*.alone.test.ts';

export default defineConfig({
  test: {
    testTimeout: 900_000, // against tests that hang, not slow machines
    hookTimeout: 900_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [alone],
          // Vitest leaves one core to itself, and would run one file after the other where there are two.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: [alone], maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
