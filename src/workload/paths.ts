import { pathOfSteps } from '../core/path.ts';
import type { Problem } from '../core/problem.ts';

/** A path, or a message that begins with one, from the pod to its workload: `steps` lead to the pod template. */
export function inWorkload(text: string, steps: readonly string[]): string {
  const own = 'workload.';
  if (text.startsWith(own)) return text.slice(own.length);
  return steps.length > 0 && /^(metadata|spec)[.:[]/.test(text) ? `${pathOfSteps(steps)}.${text}` : text;
}

/** A problem of the pod as a problem of its workload. */
export function problemIn(problem: Problem, steps: readonly string[]): Problem {
  return { ...problem, path: inWorkload(problem.path, steps) };
}
