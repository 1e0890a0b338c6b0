// A template may name sidecars that there are not yet; who writes it is told.
import { describe, expect, it } from 'vitest';
import { extendCatalog } from '../../src/catalog/catalog.ts';
import { checkTemplate, compileObject } from '../../src/state/check-template.ts';
import type { State } from '../../src/state/state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';

const warningsOf = (spec: object, state: State = builtInState, namespace?: string) => {
  const { problems, warnings } = checkTemplate(template('guard', spec, namespace), state);
  expect(problems).toEqual([]);
  return warnings;
};

describe('a template that names sidecars', () => {
  it('which there are: nothing is said', () => {
    expect(warningsOf({ order: { before: ['git'], after: ['topz'] }, conflicts: ['https'] })).toEqual([]);
  });

  it('which there are not: each is named, with what was probably meant', () => {
    const warnings = warningsOf({ order: { before: ['gti'], after: ['zzzzzzzz'] }, conflicts: ['htps'] });
    expect(warnings).toEqual([
      'spec.order.before: The catalog has no sidecar gti, so this has no effect. Did you mean git?',
      'spec.order.after: The catalog has no sidecar zzzzzzzz, so this has no effect.',
      'spec.conflicts: The catalog has no sidecar htps, so this has no effect. Did you mean https?',
    ]);
    expect(Math.max(...warnings.map(({ length }) => length)), 'the API server cuts longer ones').toBeLessThan(256);
  });

  it('of its own namespace: nothing is said', () => {
    const own = compileObject(template('vault', {}, 'shop'));
    if ('problems' in own) throw new Error(JSON.stringify(own.problems));
    const { catalog } = extendCatalog(builtInState.catalog, [own], { replace: false });
    const state = { ...builtInState, namespaces: new Map([['shop', { annotations: {}, catalog }]]) };
    expect(warningsOf({ conflicts: ['vault'] }, state, 'shop')).toEqual([]);
    expect(warningsOf({ conflicts: ['vault'] }, state, 'other')).toHaveLength(1);
  });
});
