import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** Where a program is on the search path of this machine, if it is there at all. */
export function locate(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find(isExecutable);
}

/**
 * `describe` for tests that need programs, or to run as `root`; where one is missing, a test says so by name, and fails
 * in CI.
 */
export function describeWith(needs: readonly string[], title: string, body: () => void): void {
  const missing = needs.filter((need) => (need === 'root' ? process.getuid?.() !== 0 : locate(need) === undefined));
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const message = `not on this machine: ${missing.join(', ')}`;
  test(`${title} (${message})`, (context) => {
    if (process.env.CI === 'true') throw new Error(`${title}: ${message}`);
    context.skip(message);
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
