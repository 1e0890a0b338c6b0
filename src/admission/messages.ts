import type { Outcome } from '../core/outcome.ts';
import { printable } from '../core/printable.ts';
import { maxExplained, type Problem, problemText } from '../core/problem.ts';

/** The message for the user whose pod is not created; empty for an outcome that admits it. */
export function outcomeMessage(outcome: Outcome): string {
  if (outcome.kind === 'Refused') return refusalText(outcome.problems, 'pod');
  return outcome.kind === 'Failed' ? problemText(outcome.problem) : '';
}

/** The message for the user whose object is refused: its only problem, or a numbered list. */
export function refusalText(problems: readonly Problem[], object: 'pod' | 'workload'): string {
  const [first] = problems;
  if (problems.length === 1 && first) return problemText(first);
  const lines = problems.slice(0, maxExplained).map((problem, i) => `${i + 1}. ${problemText(problem)}`);
  const rest = problems.length > maxExplained ? `\n… and ${problems.length - maxExplained} more` : '';
  return `${problems.length} problems with the sidecars of this ${object}:\n${lines.join('\n')}${rest}`;
}

/**
 * The limits of the API server for each warning and for all of them, in characters. Source: k8s.io/apiserver,
 * filters/warning.go.
 */
const [maxWarning, maxWarnings] = [256, 4096];

/** Warnings within the limits of the API server, so that it cuts none of them, and printable. */
export function warningsFor(warnings: readonly string[]): string[] {
  const result: string[] = [];
  let total = 0;
  for (const [i, warning] of warnings.entries()) {
    const whole = printable(warning);
    const text = whole.length > maxWarning ? `${start(whole, maxWarning - 1)}…` : whole;
    if (total + text.length > maxWarnings - 64) {
      result.push(`… and ${warnings.length - i} more`);
      break;
    }
    total += text.length;
    result.push(text);
  }
  return result;
}

/** The first characters of a text, without half of a surrogate pair at the end. */
function start(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
