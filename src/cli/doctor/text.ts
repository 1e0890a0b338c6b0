import { onOneLine } from '../../core/printable.ts';
import type { Result } from './check.ts';

const colours = { ok: 32, unknown: 36, warning: 33, failed: 31 };

/** A line for each check, a fix below what is wrong, and a count. */
export function resultsText(results: readonly Result[], colour: boolean): string {
  const width = Math.max(...results.map(({ check }) => check.length));
  const lines = results.flatMap((result) => {
    const status = painted(result.status, colour) + ' '.repeat('warning'.length - result.status.length);
    const line = `${status}  ${result.check.padEnd(width)}  ${onOneLine(result.message)}`;
    return 'fix' in result ? [line, `${' '.repeat(width + 11)}Fix: ${onOneLine(result.fix)}`] : [line];
  });
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  const summary = `${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed, ${count('unknown')} unknown`;
  return `${[...lines, '', summary].join('\n')}\n`;
}

function painted(status: Result['status'], colour: boolean): string {
  return colour ? `\x1b[${colours[status]}m${status}\x1b[0m` : status;
}
