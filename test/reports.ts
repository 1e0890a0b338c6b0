// What the reports of test/reporter.ts say: how many tests passed, what failed and why, which were not run.
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Entry, Report } from './reporter.ts';

export interface Outcome {
  readonly tests: readonly Entry[];
  readonly passed: number;
  readonly failed: number;
  /** For each failure a line `Failed: …` and the start of what was said, indented. */
  readonly failures: readonly string[];
  /** For each failure of a first run that the second one did not have, the same with `Unsteady:`. */
  readonly unsteady: readonly string[];
  readonly notRun: readonly string[];
}

/** How a run of vitest ended, and the file that its report should be in. */
export interface Ended {
  readonly report: string;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The second run, of the files alone that failed in this one. */
  readonly again?: Ended;
}

/**
 * Reads the reports of these runs. A run that did not end well without saying why in its report counts as a failure.
 */
export function readReports(runs: readonly Ended[]): Outcome {
  const reports = runs.map((run) => (run.again ? replaced(read(run), read(run.again)) : read(run)));
  const tests = reports.flatMap((report) => report.tests);
  const failures = reports.flatMap(failed);
  const failedAtAll = new Set(failures.map(({ name }) => name));
  const firstFailures = runs.filter(({ again }) => again).flatMap((run) => failed(read(run)));
  const firstErrors = new Map(firstFailures.map(({ name, errors }) => [name, errors]));
  return {
    tests,
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failures.length,
    failures: failures.flatMap((failure) => [
      ...said('Failed', failure),
      ...saidBefore(failure, firstErrors.get(failure.name) ?? []),
    ]),
    unsteady: firstFailures
      .filter(({ name }) => !failedAtAll.has(name))
      .flatMap((failure) => said('Unsteady', failure)),
    notRun: tests.flatMap(({ status, name }) => (status === 'not run' ? [name] : [])),
  };
}

const said = (word: string, { name, errors }: Entry) => [`${word}: ${name}`, ...errors.flatMap(start)];

/** The first run may have failed for another reason, and left what the second one failed for. */
function saidBefore({ errors }: Entry, before: readonly string[]): readonly string[] {
  const lines = before.flatMap(start);
  return lines.length === 0 || lines.join() === errors.flatMap(start).join() ? [] : ['  In the first run:', ...lines];
}

/** The files whose tests failed in a run; undefined is in it when something failed outside of any file. */
export const filesThatFailed = (run: Ended): ReadonlySet<string | undefined> =>
  new Set(failed(read(run)).map(({ file }) => file));

/** The first report, with what the second one says of its files. */
function replaced(first: Report, second: Report): Report {
  const files = new Set(failed(first).map(({ file }) => file));
  const kept = (entries: readonly Entry[]) => entries.filter(({ file }) => !files.has(file));
  return { tests: [...kept(first.tests), ...second.tests], others: [...kept(first.others), ...second.others] };
}

const failed = ({ tests, others }: Report): readonly Entry[] => [
  ...tests.filter(({ status }) => status === 'failed'),
  ...others,
];

function read({ report: file, status, signal }: Ended): Report {
  const how = signal ? `was ended by ${signal}` : `ended with ${status}`;
  const report = parsed(file) ?? { tests: [], others: [complaint(`vitest ${how} and wrote no report`)] };
  if (status === 0 || failed(report).length > 0) return report;
  return { ...report, others: [complaint(`vitest ${how}, and no test says why`)] };
}

function parsed(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report; // test/reporter.ts wrote it
  } catch {
    return undefined;
  }
}

const complaint = (name: string): Entry => ({ name, status: 'failed', errors: [], meta: {} });

function start(error: string): readonly string[] {
  return stripVTControlCharacters(error)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/node_modules|<anonymous>/.test(line))
    .slice(0, 12)
    .map((line) => `  ${line.slice(0, 300)}`);
}
