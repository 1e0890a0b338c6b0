import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaAt, type ValueSchema } from '../../tools/generate/chart-schema.ts';
import { chartValues } from '../../tools/generate/chart-values.ts';
import { builtInState } from '../engine/state.ts';

const chart = new URL('../../charts/sidecar-injector/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, chart), 'utf8');
const schema: ValueSchema = JSON.parse(read('values.schema.json'));
const values = chartValues(read('values.yaml')).map(({ path }) => path);

/** What holds values without being one, such as `image`. */
const groups = [...new Set(values.filter((path) => path.includes('.')).map((path) => path.replace(/\.[^.]+$/, '')))];

describe('the chart', () => {
  it('holds a pod back for want of an injector exactly where the template of the sidecar says so', () => {
    const needed = builtInState.catalog.templates.filter(({ failurePolicy }) => failurePolicy === 'Fail');
    expect(parse(read('values.yaml')).requiredSidecars.toSorted()).toEqual(needed.map(({ name }) => name).sort());
  });

  it('names every value in its schema, and no other', () => {
    const inSchema = ({ properties = {} }: ValueSchema, above: string): string[] =>
      Object.entries(properties).flatMap(([key, inner]) =>
        groups.includes(above + key) ? inSchema(inner, `${above}${key}.`) : [above + key],
      );
    const declared = inSchema(schema, '').filter((path) => path !== 'global');
    expect(declared.sort()).toEqual(values.toSorted());
  });

  it.each(groups)('takes no value in %s that it does not know', (group) => {
    expect(schemaAt(schema, group)?.additionalProperties).toBe(false);
  });
});
