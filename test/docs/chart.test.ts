import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtInState } from '../engine/state.ts';

const chart = new URL('../../charts/sidecar-injector/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, chart), 'utf8');

describe('the chart', () => {
  it('holds a pod back for want of an injector exactly where the template of the sidecar says so', () => {
    const needed = builtInState.catalog.templates.filter(({ failurePolicy }) => failurePolicy === 'Fail');
    expect(parse(read('values.yaml')).requiredSidecars.toSorted()).toEqual(needed.map(({ name }) => name).sort());
  });

  it('names every value in its schema, and no other', () => {
    const paths = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${path}.${key}`))
        : [path];
    const known = (schema: { properties?: Record<string, object> }, path: string): string[] =>
      schema.properties
        ? Object.entries(schema.properties).flatMap(([key, inner]) => known(inner, `${path}.${key}`))
        : [path];
    const declared = known(JSON.parse(read('values.schema.json')), '').filter((path) => path !== '.global');
    const { resources: _, ...values } = parse(read('values.yaml'));
    expect([...paths(values, ''), '.resources'].sort()).toEqual(declared.sort());
  });
});
