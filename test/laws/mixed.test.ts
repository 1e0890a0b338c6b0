// Two replicas that differ in what they know of the cluster are asked about the same pod, one after the other.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { classicLanguageState, languageState } from './language.ts';
import { pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';
import { apply, injected } from './weave.ts';

describe('a replica that would choose the other form', { timeout: 1_800_000 }, () => {
  it.each([
    ['the built-in catalog', builtInState, classicState],
    ['all of the language', languageState, classicLanguageState],
  ])('leaves a pod with the form that it has: %s', (_, native, classic) => {
    let count = 0;
    holdsFor('mixed replicas', pods, (pod) => {
      for (const [first, second] of [
        [native, classic],
        [classic, native],
      ] as const) {
        const outcome = injected(pod, first);
        if (!outcome) continue;
        count += 1;
        const again = inject({ pod: apply(outcome.patch, pod), namespace: 'default' }, second);
        expect(again).toMatchObject({ kind: 'Unchanged', sidecars: outcome.sidecars });
      }
    });
    expect(count / runs).toBeGreaterThan(0.2);
  });
});
