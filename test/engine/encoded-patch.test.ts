// The encoded patch is cached for the next pod of the workload: it must be that pod's own, whatever came before.

import { expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { fc } from '../fast-check.ts';
import { type GeneratedPod, pods } from '../laws/pods.ts';
import { builtInState } from './state.ts';

/** Pods of all shapes that ask for the same: they share one plan. */
const alike = pods.map((pod): GeneratedPod => {
  const metadata = { name: 'web', annotations: { 'sidecar.io/topz': 'true', 'sidecar.io/git-repo': 'https://git/x' } };
  return { ...pod, metadata };
});

it('holds the edits of this pod, also when pods of other shapes with the same annotations came before', () => {
  const texts = new Set<string>();
  let again = 0;
  fc.assert(
    fc.property(alike, fc.boolean(), (pod, twice) => {
      for (const each of twice ? [pod, structuredClone(pod)] : [pod]) {
        const outcome = inject({ pod: each, namespace: 'default' }, builtInState);
        if (outcome.kind !== 'Injected') return;
        const text = Buffer.from(outcome.encoded.base64, 'base64').toString();
        expect(text).toBe(JSON.stringify(outcome.patch));
        again += texts.has(text) ? 1 : 0;
        texts.add(text);
      }
    }),
    { numRuns: 2000 },
  );
  expect(texts.size, 'pods of different shapes').toBeGreaterThan(10);
  expect(again, 'pods that get what others got').toBeGreaterThan(50);
});
