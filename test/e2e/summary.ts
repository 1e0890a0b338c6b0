// What a run says at its end: a table of the cases, what failed, and the count.

import { readReports } from '../reports.ts';
import type { Row } from './pieces/cases.ts';
import { project } from './target.ts';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** Reads the reports that vitest wrote; one that is missing counts as a failure. */
export function summarize(files: readonly string[]): Summary {
  const { tests, passed, failed, failures, notRun } = readReports<{ readonly row?: Row }>(files, project);
  const rows = tests.flatMap(({ meta, status }) => (meta?.row ? [{ ...meta.row, status }] : []));
  const cells = rows.map(({ name, form, webhook, program, status }) => [name, form, webhook, program, status]).sort();
  const lines = [
    ...(cells.length > 0 ? table([['case', 'form', 'webhook', 'sidecar program', 'result'], ...cells]) : []),
    ...failures,
    ...notRun.map((name) => `Not run: ${name}`),
  ];
  return { passed, failed, text: lines.join('\n') };
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
