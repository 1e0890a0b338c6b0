import { getSystemErrorMap } from 'node:util';

/** The system's own words: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  return getSystemErrorMap().get(errno)?.[1] ?? String(error);
}
