// A vitest runner that judges mutants in one process. The code under test carries all mutants at once, each behind a
// switch (Stryker's instrumentation); after the tests of a file have passed, each mutant that they reached is switched
// on and the tests that reached it run again. No module is loaded twice, so a mutant costs what its tests cost:
// milliseconds.
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest';

type Test = RunnerTestCase;

/** What instrumented code reads and counts. Source: the header that the instrumenter puts into each file. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  readonly hitLimit: number;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

/** Evaluations of a mutated expression, and milliseconds, after which a test counts as one that does not end. */
const [mostHits, mostTime] = [10_000, 2000];
/**
 * Milliseconds. Tests that take longer, such as those of properties, judge no mutant. The first run of a test compiles
 * it.
 */
const [slow, slowFirst] = [50, 1500];

let deadline = Number.POSITIVE_INFINITY;
const board: Switchboard = {
  get hitLimit() {
    return performance.now() > deadline ? 0 : mostHits;
  },
};
Reflect.set(globalThis, '__stryker__', board);

/** Sets of the whole run: with one worker and no isolation, this module is loaded once. */
const killed = new Set<string>();
const survived = new Set<string>();

class MutantRunner extends TestRunner {
  #passed = new Map<string, { test: Test; milliseconds: number }>();

  override async onBeforeRunTask(test: Test): Promise<void> {
    await super.onBeforeRunTask(test);
    board.currentTestId = test.id;
  }

  override onAfterRunTask(test: Test): void {
    board.currentTestId = undefined;
    if (test.result?.state === 'pass') this.#passed.set(test.id, { test, milliseconds: test.result.duration ?? 0 });
    super.onAfterRunTask(test);
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (!('filepath' in suite)) return;
    await this.#judge();
    this.#passed.clear();
    if (board.mutantCoverage) board.mutantCoverage.perTest = {};
  }

  async #judge(): Promise<void> {
    const perTest = board.mutantCoverage?.perTest ?? {};
    const testsOf = new Map<string, { test: Test; milliseconds: number }[]>();
    for (const [id, covered] of Object.entries(perTest)) {
      const run = this.#passed.get(id);
      if (!run || run.milliseconds > slowFirst) continue;
      const start = performance.now();
      if (!(await passes(run.test))) continue;
      const again = { test: run.test, milliseconds: performance.now() - start };
      if (again.milliseconds > slow) continue;
      for (const mutant of Object.keys(covered)) testsOf.set(mutant, [...(testsOf.get(mutant) ?? []), again]);
    }
    for (const [mutant, runs] of testsOf) {
      if (killed.has(mutant)) continue;
      if (await this.#kills(mutant, runs)) killed.add(mutant);
      else survived.add(mutant);
    }
    const open = [...survived].filter((mutant) => !killed.has(mutant));
    const loading = Object.keys(board.mutantCoverage?.static ?? {});
    const verdicts = { killed: [...killed], survived: open, loading };
    appendFileSync(process.env.MUTATION_RESULT ?? '', `${JSON.stringify(verdicts)}\n`);
  }

  async #kills(mutant: string, runs: readonly { test: Test; milliseconds: number }[]): Promise<boolean> {
    for (const { test } of runs.toSorted((a, b) => a.milliseconds - b.milliseconds)) {
      board.activeMutant = mutant;
      board.hitCount = 0;
      deadline = performance.now() + mostTime;
      const passed = await passes(test);
      board.activeMutant = undefined;
      if (!passed) return true;
    }
    return false;
  }
}

/**
 * Runs the body of a test once more. Its hooks do not run: a test that needs them fails without a mutant, and judges
 * none.
 */
async function passes(test: Test): Promise<boolean> {
  const forgetPlans: unknown = Reflect.get(globalThis, 'forgetPlans'); // mutation.ts puts it into the engine
  if (typeof forgetPlans === 'function') forgetPlans();
  const end = new AbortController();
  try {
    const late = setTimeout(mostTime, undefined, { signal: end.signal }).then(() => Promise.reject(new Error('late')));
    await Promise.race([Promise.resolve(TestRunner.getTestFn(test)()), late]);
    return true;
  } catch {
    return false;
  } finally {
    end.abort();
  }
}

export default MutantRunner;
