import type { TemplateProblem } from '../language/template-problem.ts';

/** Levels of maps and lists. A pod has about fifteen, and code that reads templates is recursive. */
const deepest = 50;
/** Characters of JSON. A pod gets far fewer from a template. */
const largest = 256 * 1024;

/** The problem of a document that is too large or too deep to be read. Checked first, and safe for any document. */
export function bulkProblem(document: unknown): TemplateProblem | undefined {
  const path = pathBelow(document, deepest);
  if (path) return { path: path.slice(0, 6), message: `must not be nested more than ${deepest} levels deep` };
  const size = JSON.stringify(document ?? null).length;
  return size > largest
    ? { path: ['spec'], message: `must be at most ${largest} characters long, not ${size}` }
    : undefined;
}

/** The path to something below so many levels. */
function pathBelow(value: unknown, levels: number): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return [];
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const path = pathBelow(Reflect.get(value, key), levels - 1);
    if (path) return [key, ...path];
  }
  return undefined;
}
