import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Property tests by chance would make the figures differ from run to run.
    include: (process.env.MUTATION_SUITES ?? '').split(',').map((suite) => `test/${suite}/**/*.test.ts`),
    exclude: ['**/*.alone.test.ts', 'test/template/direct.test.ts'],
    runner: './tools/mutation/runner.ts',
    pool: 'threads',
    isolate: false,
    fileParallelism: false,
    testTimeout: 3_600_000,
    teardownTimeout: 1000,
  },
});
