import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInState } from '../engine/state.ts';
import { type Failure, failures, forms, promiseOf } from './failures.ts';
import { promises, type Sidecar } from './promises.ts';

const sidecars = Object.keys(promises) as Sidecar[];
const page = readFileSync(join(import.meta.dirname, '../../docs/failures.md'), 'utf8');

describe('the matrix of failures', () => {
  it('has every sidecar of the catalog, with a test file of its own', () => {
    expect(sidecars).toEqual(builtInState.catalog.templates.map(({ name }) => name).sort());
    for (const name of sidecars)
      expect(readFileSync(join(import.meta.dirname, `${name}.test.ts`), 'utf8')).toContain(`cells('${name}', `);
  });

  it('has 8 × 10 × 2 cells, each with a promise that the page shows', () => {
    const cells = sidecars.flatMap((name) =>
      Object.keys(failures).flatMap((failure) =>
        forms.map((form) => promiseOf(promises[name][failure as Failure], form)),
      ),
    );
    expect(cells).toHaveLength(160);
    for (const promise of cells) {
      expect(promise).toMatch(/^[A-Za-z].{20,}\.$/);
      expect(page).toContain(promise);
    }
  });
});
