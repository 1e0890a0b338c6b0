import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const program = resolve(import.meta.dirname, 'reviewed-files.ts');

function filesFor(annotations: Readonly<Record<string, string>>): string[] {
  const args = ['--disable-warning=ExperimentalWarning', program, JSON.stringify(annotations)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

it('an annotation can be followed from the bytes of a review to the patch through 30 files', () => {
  const files = filesFor({ 'sidecar.io/topz': 'true' });
  expect(files).toEqual(expect.arrayContaining(['admission/review.ts', 'engine/inject.ts', 'merge/operations.ts']));
  expect(files.length, files.join(' ')).toBeLessThanOrEqual(30);
});

it('two sidecars, one of them with a volume and a path, take four files more', () => {
  const files = filesFor({ 'sidecar.io/git-repo': 'https://git.example.com/site.git', 'sidecar.io/topz': 'true' });
  expect(files.length, files.join(' ')).toBeLessThanOrEqual(34);
});
