import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chartValues } from '../../tools/generate/chart-values.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/chart-comparison.md');
const values = chartValues(read('charts/sidecar-injector/values.yaml')).map(({ path }) => path);

/** The rows of the tables below a heading. */
const rowsBelow = (heading: string) =>
  (page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| (?!what \|)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

it.each(rowsBelow('Both have it'))('%s%s: names values of the chart', (_edge, _what, here = '') => {
  const named = [...here.matchAll(/`([a-zA-Z.]+)`/g)].map(([, name = '']) => name);
  for (const name of named) expect(values).toContain(name);
  expect(here).not.toBe('');
});

it('gives a reason for everything that only others have', () => {
  const rows = rowsBelow('Only there, and why');
  expect(rows.length).toBeGreaterThan(10);
  for (const [, what, chart, why] of rows) expect(why?.length, `${what} of ${chart}`).toBeGreaterThan(20);
});
