import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemCodes, reasonCodes, warningCodes } from '../../src/core/problem.ts';

const page = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
const [, problems = '', reasons = '', warnings = ''] = page.split(/^## .*$/m);

/** The headings of a section, each with the text below it. */
function entriesOf(section: string): Map<string, string> {
  return new Map(
    section
      .split(/^### /m)
      .slice(1)
      .map((entry) => {
        const [heading = '', ...text] = entry.split('\n');
        return [heading.trim(), text.join('\n').trim()];
      }),
  );
}

describe('docs/problems.md', () => {
  it.each([
    ['problem', entriesOf(problems), problemCodes],
    ['reason', entriesOf(reasons), reasonCodes],
    ['warning', entriesOf(warnings), warningCodes],
  ])('has one entry for each %s code, and none for a code that does not exist', (_, entries, codes) => {
    expect([...entries.keys()].sort()).toEqual(Object.keys(codes).sort());
    for (const [code, text] of entries) expect(text.length, code).toBeGreaterThan(40);
  });
});
