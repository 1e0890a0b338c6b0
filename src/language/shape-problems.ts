import * as z from 'zod';
import { closest } from '../core/closest.ts';
import type { TemplateProblem } from './template-problem.ts';

/**
 * What is wrong with the shape of an object that its author writes, and what it should be, by the schema that has read
 * it.
 */
export function shapeProblems({ issues }: z.ZodError, schema: z.ZodType, value: unknown): TemplateProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code === 'unrecognized_keys') {
      const known = fieldsAt(schema, path);
      return issue.keys.map((key) => ({ path: [...path, key], message: `unknown field${guess(key, known)}` }));
    }
    if (issue.code === 'invalid_key') return [{ path, message: issue.issues.map(({ message }) => message).join(', ') }];
    if (issue.code === 'invalid_value') return [{ path, message: choice(issue.values.map(String), at(value, path)) }];
    return [{ path, message: issue.message.replace(/^Invalid input: (.*), received undefined$/, 'is required: $1') }];
  });
}

function choice(values: readonly string[], written: unknown): string {
  const expected = values.length === 1 ? values.join() : `one of ${values.join(', ')}`;
  if (written === undefined) return `is required: ${expected}`;
  if (typeof written === 'object' && written !== null)
    return `must be ${expected}, not ${Array.isArray(written) ? 'a list' : 'a map'}`;
  return `must be ${expected}, not ${JSON.stringify(written)}${guess(String(written), values)}`;
}

function guess(word: string, known: readonly string[]): string {
  const near = word.length > 64 ? undefined : closest(word, known);
  return near === undefined ? '' : `: did you mean ${near}?`;
}

function at(value: unknown, path: TemplateProblem['path']): unknown {
  return path.reduce<unknown>(
    (inner, key) => Object.entries(inner ?? {}).find(([name]) => name === String(key))?.[1],
    value,
  );
}

/** The names of the fields that an object can have at a path of the schema. */
function fieldsAt(schema: unknown, [key, ...rest]: TemplateProblem['path']): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return fieldsAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  if (schema instanceof z.ZodArray) return fieldsAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(schema.shape) : fieldsAt(schema.shape[key], rest);
}
