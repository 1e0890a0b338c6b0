// A reporter for vitest: writes what came of a run to the file that TEST_REPORT names. Vitest's own report in JSON
// leaves out what makes a run fail without being a test: a hook of a `describe`, an error that nobody caught.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** What was thrown need not be an Error. */
type Said = Readonly<{ message: unknown; stack?: string | undefined }>;

export interface Entry {
  /** `file: test`, or the file, or what went wrong outside of any. */
  readonly name: string;
  /** The file it is in, from the project's root; undefined for what went wrong outside of any. */
  readonly file?: string | undefined;
  readonly status: 'passed' | 'failed' | 'not run';
  readonly errors: readonly string[];
  /** What a test left in `task.meta`. */
  readonly meta: object;
}

/** `tests` each have an entry; of files, groups of tests and the run itself, `others` has those that failed. */
export interface Report {
  readonly tests: readonly Entry[];
  readonly others: readonly Entry[];
}

export default class WriteReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], uncaught: readonly Said[]): void {
    const file = process.env.TEST_REPORT;
    if (!file) throw new Error('TEST_REPORT must name the file to write to');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(reportOf(modules, uncaught)));
  }
}

function reportOf(modules: readonly TestModule[], uncaught: readonly Said[]): Report {
  const tests = modules.flatMap(({ relativeModuleId: file, children }) =>
    [...children.allTests()].map((test): Entry => {
      const { state, errors = [] } = test.result();
      const status = state === 'passed' || state === 'failed' ? state : 'not run';
      return { name: `${file}: ${test.fullName}`, file, status, errors: errors.map(text), meta: test.meta() };
    }),
  );
  const others = modules.flatMap((module) => {
    const file = module.relativeModuleId;
    const suites = [...module.children.allSuites()];
    return [
      failure(file, module.errors(), file),
      ...suites.map((suite) => failure(`${file}: ${suite.fullName}`, suite.errors(), file)),
    ];
  });
  return { tests, others: [...others, failure('an error that nobody caught', uncaught)].flat() };
}

const failure = (name: string, errors: readonly Said[], file?: string): readonly Entry[] =>
  errors.map((error) => ({ name, file, status: 'failed', errors: [text(error)], meta: {} }));

const text = ({ message, stack }: Said): string => stack ?? String(message);
