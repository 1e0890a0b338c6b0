// Suites that need a whole node: `*.e2e.ts`. One after the other, because each has the machine to itself.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 900_000, // against tests that hang, not slow machines
    hookTimeout: 1_800_000, // a first run may have to build every program of a node
  },
});
