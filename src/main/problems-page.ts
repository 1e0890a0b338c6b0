import { readFileSync } from 'node:fs';

/** The text of docs/problems.md, which the build puts into the program. */
declare const PROBLEMS_PAGE: string | undefined;

/** The page that explains each code. */
export function problemsPage(): string {
  if (typeof PROBLEMS_PAGE === 'string') return PROBLEMS_PAGE;
  return readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
}
