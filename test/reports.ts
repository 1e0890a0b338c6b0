// What the reports that vitest writes as JSON say: how many tests passed, which failed and why, which were not run.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface Assertion<Meta = unknown> {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: readonly string[];
  readonly meta?: Meta;
}

interface Suite<Meta> {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly Assertion<Meta>[];
}

export interface Outcome<Meta = unknown> {
  readonly tests: readonly Assertion<Meta>[];
  readonly passed: number;
  readonly failed: number;
  /** For each test that failed, and each file that could not be run, a line `Failed: …` and the start of what was said, indented. */
  readonly failures: readonly string[];
  readonly notRun: readonly string[];
}

/** Reads reports; one that is missing counts as a failure. `root` is the folder that files are named from. */
export function readReports<Meta = unknown>(files: readonly string[], root: string): Outcome<Meta> {
  const suites = files.flatMap((file) => read<Meta>(file));
  const tests = suites.flatMap(({ assertionResults }) => assertionResults);
  const failures = suites.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    if (message !== '' && assertionResults.length === 0) return [failure(file, message)];
    return assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages = [] }) => failure(`${file}: ${fullName}`, failureMessages.join('\n')));
  });
  return {
    tests,
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failures.length,
    failures: failures.flat(),
    notRun: tests.flatMap(({ status, fullName }) => (status === 'passed' || status === 'failed' ? [] : [fullName])),
  };
}

function read<Meta>(file: string): readonly Suite<Meta>[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { testResults: Suite<Meta>[] }).testResults; // vitest's own format
  } catch {
    return [{ name: file, message: 'the report was not written', assertionResults: [] }];
  }
}

function failure(what: string, said: string): readonly string[] {
  const lines = stripVTControlCharacters(said)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/node_modules|<anonymous>/.test(line));
  return [`Failed: ${what}`, ...lines.slice(0, 12).map((line) => `  ${line.slice(0, 300)}`)];
}
