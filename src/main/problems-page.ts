import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of docs/problems.md, which the build puts into the program. */
declare const PROBLEMS_PAGE: string | undefined;

/** The page that explains each code. */
export function problemsPage(): string {
  if (typeof PROBLEMS_PAGE === 'string') return PROBLEMS_PAGE;
  return readFileSync(join(import.meta.dirname, '../../docs/problems.md'), 'utf8');
}
