import { RE2JS } from 're2js';

/** Patterns that are kept: with those of the built-in templates there is room for others. */
const most = 64;
const known = new Map<string, RE2JS>();

/**
 * A compiled pattern. Throws what RE2 says about one that it cannot compile. The last ones are kept, because every
 * template has the patterns of the common parameters, and because a pattern is checked before it is used.
 */
export function compiledPattern(pattern: string): RE2JS {
  const before = known.get(pattern);
  if (before) return before;
  const compiled = RE2JS.compile(pattern);
  known.set(pattern, compiled);
  for (const oldest of known.keys()) {
    if (known.size <= most) break;
    known.delete(oldest);
  }
  return compiled;
}
