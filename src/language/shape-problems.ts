import type { ZodError } from 'zod';
import type { TemplateProblem } from './template-problem.ts';

/** What is wrong with the shape of an object that its author writes. */
export function shapeProblems({ issues }: ZodError): TemplateProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown field' }));
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues.map(({ message }) => message).join(', ') }];
    return [{ path, message: issue.message.replace(/^Invalid input: (.*), received undefined$/, 'is required: $1') }];
  });
}
