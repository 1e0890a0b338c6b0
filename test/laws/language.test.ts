// The laws once more, with templates that read the pod and that reach into the app's containers.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { classicLanguageState, languageState } from './language.ts';
import { type GeneratedPod, pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';
import { apply, deepFreeze, injected } from './weave.ts';

const states = [languageState, classicLanguageState];
const stateFor = (pod: GeneratedPod) => states[JSON.stringify(pod).length % 2] ?? languageState;
interface Container {
  readonly volumeMounts?: Json[] | null;
  readonly env?: Json[] | null;
}
type Spec = { containers: Container[]; initContainers?: Container[] };

describe('laws of the engine, for all of the language', { timeout: 1_800_000 }, () => {
  it('1. re-injection gives an empty patch, and the same account', () => {
    let count = 0;
    holdsFor('law 1', pods, (pod) => {
      const state = stateFor(pod);
      const outcome = injected(pod, state);
      if (!outcome) return;
      if (JSON.stringify(outcome.patch).includes('"env"') || JSON.stringify(outcome.patch).includes('/env')) count += 1;
      const again = inject({ pod: apply(outcome.patch, pod), namespace: 'default' }, state);
      expect(again).toMatchObject({ kind: 'Unchanged', sidecars: outcome.sidecars });
    });
    expect(count / runs, 'the share of pods whose app gets variables').toBeGreaterThan(0.1);
  });

  it('3. the same input gives the same bytes, whichever pods came before', () => {
    const seen: [GeneratedPod, string][] = [];
    holdsFor('law 3', pods, (pod) => {
      const bytes = JSON.stringify(inject({ pod, namespace: 'default' }, languageState));
      const fresh = { ...languageState };
      expect(JSON.stringify(inject({ pod: structuredClone(pod), namespace: 'default' }, fresh))).toBe(bytes);
      seen.push([pod, bytes]);
      const [earlier, before] = seen[Math.floor(seen.length / 2)] ?? [pod, bytes];
      expect(JSON.stringify(inject({ pod: earlier, namespace: 'default' }, languageState))).toBe(before);
    });
  });

  it('4. the input is untouched, and no pod makes the engine fail', () => {
    holdsFor('law 4', pods, (pod) => {
      deepFreeze(pod);
      expect(inject({ pod, namespace: 'default' }, stateFor(pod)).kind).not.toBe('Failed');
    });
  });

  it("6. the app's containers keep order and values: mounts and variables come after theirs, and a second value contains the first", () => {
    holdsFor('law 6', pods, (pod) => {
      const outcome = injected(pod, stateFor(pod));
      if (!outcome) return;
      const before = pod.spec as unknown as Spec;
      const after = apply(outcome.patch, pod).spec as unknown as Spec;
      const inits = appOf(after.initContainers);
      const all = [...before.containers, ...appOf(before.initContainers)];
      expect(inits).toHaveLength(all.length - before.containers.length);
      for (const [i, container] of all.entries()) {
        const { volumeMounts, env, ...rest } =
          [...after.containers.slice(0, before.containers.length), ...inits][i] ?? {};
        const { volumeMounts: mounted, env: set, ...restBefore } = container;
        expect(rest).toEqual(restBefore);
        expect((volumeMounts ?? []).slice(0, mounted?.length ?? 0)).toEqual(mounted ?? []);
        expect((env ?? []).slice(0, set?.length ?? 0)).toEqual(set ?? []);
        const names = (set ?? []).map((each) => (each as { name: string }).name);
        for (const each of (env ?? []).slice(set?.length ?? 0)) {
          const { name, value = '' } = each as { name: string; value?: string };
          if (names.includes(name)) expect(value).toContain(`$(${name})`);
          names.push(name);
        }
      }
    });
  });
});

/** The init containers of the app: those of the generated pods are called `i-…`. */
function appOf(list: readonly Container[] = []): readonly Container[] {
  return list.filter((each) => String((each as { name?: unknown }).name).startsWith('i-'));
}
