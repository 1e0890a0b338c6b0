// What a run says at its end: a table of the cases, what failed, and the count.

import { type Ended, readReports } from '../reports.ts';
import type { Row } from './pieces/cases.ts';

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly text: string;
}

/** Of these runs of vitest. */
export function summarize(runs: readonly Ended[]): Summary {
  const { tests, passed, failed, failures, unsteady, notRun } = readReports(runs);
  const rows = tests.flatMap(({ meta, status }) => {
    const { row }: { row?: Row } = meta; // e2e/pieces/cases.ts leaves it there
    return row ? [{ ...row, status }] : [];
  });
  const cells = rows.map(({ name, form, webhook, program, status }) => [name, form, webhook, program, status]).sort();
  const lines = [
    ...(cells.length > 0 ? table([['case', 'form', 'webhook', 'sidecar program', 'result'], ...cells]) : []),
    ...unsteady,
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
