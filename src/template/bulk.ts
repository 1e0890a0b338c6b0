import type { TemplateProblem } from '../language/template-problem.ts';

/** Levels of maps and lists. A pod has about fifteen; everything that reads a template goes down level by level. */
const deepest = 50;
/** Characters of JSON, or nearly so: what a pod gets from it is far less. */
const largest = 256 * 1024;

/** What makes a document too much to be looked at any closer: looked at first, and safe whatever it holds. */
export function bulkProblem(document: unknown): TemplateProblem | undefined {
  const path = wayBelow(document, deepest);
  if (path) return { path: path.slice(0, 6), message: `is nested more than ${deepest} levels deep` };
  const size = JSON.stringify(document ?? null).length;
  return size > largest ? { path: ['spec'], message: `is ${size} bytes long, ${largest} are allowed` } : undefined;
}

/** The way to something that lies below so many levels. */
function wayBelow(value: unknown, levels: number): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const way = wayBelow(Reflect.get(value, key), levels - 1);
    if (way) return [key, ...way];
  }
  return undefined;
}
