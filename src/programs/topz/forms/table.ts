import type { Snapshot } from '../processes/snapshot.ts';

/**
 * The classic text table: a header and one line per process, ordered by process id. USER is the user's name or id,
 * CPU percent of one core, MEM the resident memory.
 */
export function table(snapshot: Snapshot): string {
  const rows = snapshot.processes
    .toSorted((a, b) => a.pid - b.pid)
    .map((row) => [String(row.pid), row.user, row.cpu.toFixed(1), binary(row.rss), row.command]);
  const lines = [['PID', 'USER', 'CPU', 'MEM', 'COMMAND'], ...rows];
  const widths = [0, 1, 2, 3].map((column) =>
    lines.reduce((width, line) => Math.max(width, line[column]?.length ?? 0), 0),
  );
  return lines.map((line) => `${line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' ')}\n`).join('');
}

/** Bytes for people, in powers of 1024, with at most five characters: `512K`, `7.9M`, `1.2G`. */
export function binary(bytes: number): string {
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.5 && unit < 3) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 99.95 || unit === 0 ? Math.round(value) : value.toFixed(1)}${'KMGT'[unit]}`;
}
