import { type Problem, problemText } from '../core/problem.ts';

/** All problems of a pod as one text for the person at the other end. */
export function refusalText(problems: readonly Problem[]): string {
  const [first] = problems;
  if (problems.length === 1 && first) return problemText(first);
  const lines = problems.map((problem, i) => `${i + 1}. ${problemText(problem)}`);
  return `${problems.length} problems with the sidecars of this pod:\n${lines.join('\n')}`;
}

/** Limits of the API server: it cuts a warning after 256 characters, and drops what exceeds 4 KiB in all. */
const maxWarning = 256;
const maxWarnings = 4096;

/** Warnings within the API server's limits, so that nothing is cut in the middle by somebody else. */
export function warningsFor(warnings: readonly string[]): string[] {
  const result: string[] = [];
  let total = 0;
  for (const [i, warning] of warnings.entries()) {
    const text = warning.length > maxWarning ? `${warning.slice(0, maxWarning - 1)}…` : warning;
    if (total + text.length > maxWarnings - 64) {
      result.push(`… and ${warnings.length - i} more`);
      break;
    }
    total += text.length;
    result.push(text);
  }
  return result;
}
