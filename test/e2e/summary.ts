// What a run says at its end: a table of the cases, what failed, and the count.
import { readFileSync } from 'node:fs';
import type { Row } from './pieces/cases.ts';

interface Assertion {
  readonly status: string;
  readonly fullName: string;
  readonly duration?: number;
  readonly meta?: { readonly row?: Row };
}

interface Suite {
  readonly name: string;
  readonly message: string;
  readonly assertionResults: readonly Assertion[];
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** Reads the reports that vitest wrote; one that is missing counts as a failure. */
export function summarize(files: readonly string[]): Summary {
  const suites = files.flatMap(read);
  const tests = suites.flatMap(({ assertionResults }) => assertionResults);
  const broken = suites.filter(({ message, assertionResults }) => message !== '' && assertionResults.length === 0);
  const bad = tests.filter(({ status }) => status === 'failed');
  const notRun = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const rows = tests.flatMap(({ meta, status }) => (meta?.row ? [{ ...meta.row, status }] : []));
  const cells = rows.map(({ name, form, webhook, program, status }) => [name, form, webhook, program, status]).sort();
  const lines = [
    ...(cells.length > 0 ? table([['case', 'form', 'webhook', 'sidecar program', 'result'], ...cells]) : []),
    ...bad.map(({ fullName }) => `Failed: ${fullName}`),
    ...broken.map(({ name }) => `Broken: ${name}`),
    ...notRun.map(({ fullName }) => `Not run: ${fullName}`),
  ];
  const passed = tests.filter(({ status }) => status === 'passed').length;
  return { passed, failed: bad.length + broken.length, text: lines.join('\n') };
}

function read(file: string): readonly Suite[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { testResults: Suite[] }).testResults;
  } catch {
    return [{ name: file, message: 'not written', assertionResults: [] }];
  }
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
