import { describe, expect, it } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import type { Operation } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { type GeneratedPod, pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';
import { apply, deepFreeze, injected } from './weave.ts';

const states = [builtInState, classicState];
const stateFor = (pod: GeneratedPod) => states[JSON.stringify(pod).length % 2] ?? builtInState;

describe('laws of the engine', { timeout: 1_800_000 }, () => {
  it('1. re-injection gives an empty patch', () => {
    let count = 0;
    let sharing = 0;
    holdsFor('law 1', pods, (pod) => {
      const state = stateFor(pod);
      const outcome = injected(pod, state);
      if (!outcome) return;
      count += 1;
      if (/"sidecar-(logs|serve)"/.test(JSON.stringify(outcome.sidecars)) && !bringsFolder(outcome.patch)) sharing += 1;
      const again = inject({ pod: apply(outcome.patch, pod), namespace: 'default' }, state);
      expect(again).toMatchObject({
        kind: 'Unchanged',
        reasons: [{ code: 'already-injected' }],
        sidecars: outcome.sidecars,
      });
    });
    expect(count / runs, 'the share of generated pods that are injected').toBeGreaterThan(0.2);
    expect(sharing / runs, 'the share of those whose own volume is used').toBeGreaterThan(0.001);
  });

  it('2. the patch applies, and gives a pod that holds every part the status names', () => {
    holdsFor('law 2', pods, (pod) => {
      const outcome = injected(pod, stateFor(pod));
      if (!outcome) return;
      const { metadata, spec } = apply(outcome.patch, pod) as unknown as {
        metadata: { annotations: Record<string, string> };
        spec: { containers: { name: string }[]; initContainers?: { name: string }[]; volumes?: { name: string }[] };
      };
      const status = JSON.parse(metadata.annotations['sidecar.io/status'] ?? '');
      expect(status.sidecars).toEqual(outcome.sidecars);
      const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(outcome.sidecars.flatMap(({ containers }) => containers)));
      expect(new Set(names).size, 'container names are unique').toBe(names.length);
      const volumes = (spec.volumes ?? []).map(({ name }) => name);
      expect(new Set(volumes).size, 'volume names are unique').toBe(volumes.length);
    });
  });

  it('3. the same input gives the same bytes, in whatever order annotations and templates come', () => {
    const shuffled = { ...builtInState, catalog: buildCatalog([...builtInState.catalog.templates].reverse()).catalog };
    holdsFor('law 3', pods, (pod) => {
      const bytes = JSON.stringify(inject({ pod, namespace: 'default' }, builtInState));
      expect(JSON.stringify(inject({ pod: structuredClone(pod), namespace: 'default' }, builtInState))).toBe(bytes);
      expect(JSON.stringify(inject({ pod, namespace: 'default' }, shuffled))).toBe(bytes);
      const outcome = inject({ pod: withAnnotationsReversed(pod), namespace: 'default' }, builtInState);
      if (outcome.kind === 'Injected') expect(JSON.stringify(outcome)).toBe(bytes);
    });
  });

  it('4. the input is untouched', () => {
    holdsFor('law 4', pods, (pod) => {
      deepFreeze(pod);
      expect(inject({ pod, namespace: 'default' }, stateFor(pod)).kind).not.toBe('Failed');
    });
  });

  it('5. everything that was there survives, known to us or not', () => {
    holdsFor('law 5', pods, (pod) => {
      const outcome = injected(pod, stateFor(pod));
      if (outcome) expect(lostIn(pod, apply(outcome.patch, pod), '')).toBeUndefined();
    });
  });

  it("6. the app's containers keep order and values; patches add, and never overwrite an array", () => {
    holdsFor('law 6', pods, (pod) => {
      const outcome = injected(pod, stateFor(pod));
      if (!outcome) return;
      const spec = pod.spec as Record<'containers' | 'initContainers', { volumeMounts?: Json[] }[] | undefined>;
      const after = apply(outcome.patch, pod).spec as typeof spec;
      for (const list of ['containers', 'initContainers'] as const) {
        for (const [i, container] of (spec[list] ?? []).entries()) {
          const { volumeMounts = [], ...rest } = after[list]?.[i] ?? {};
          const { volumeMounts: before = [], ...restBefore } = container;
          expect(rest).toEqual(restBefore);
          expect(volumeMounts.slice(0, before.length)).toEqual(before);
        }
      }
      for (const { op, path } of outcome.patch) {
        const ours =
          path.startsWith('/metadata/annotations/sidecar.io~1status') ||
          path.startsWith('/metadata/annotations/files.sidecar.io~1');
        expect(op === 'add' || ours, `${op} ${path}`).toBe(true);
        if (op === 'add' && !path.endsWith('/-')) expect(valueAt(pod, path), path).toBeUndefined();
      }
    });
  });

  it('7. an unrelated template changes nothing', () => {
    const extra = compileTemplate({
      apiVersion: 'sidecar.io/v1alpha1',
      kind: 'ClusterSidecarTemplate',
      metadata: { name: 'unrelated' },
      spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [{ name: '${ instance.id }' }] },
    });
    if ('problems' in extra) throw new Error(JSON.stringify(extra.problems));
    const { catalog } = buildCatalog([...builtInState.catalog.templates, extra]);
    holdsFor('law 7', pods, (pod) => {
      const outcome = injected(pod, builtInState);
      if (outcome) expect(inject({ pod, namespace: 'default' }, { ...builtInState, catalog })).toEqual(outcome);
    });
  });
});

function withAnnotationsReversed(pod: GeneratedPod): GeneratedPod {
  const { metadata } = pod;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return pod;
  const annotations = Object.fromEntries(Object.entries(metadata.annotations).reverse());
  return { ...pod, metadata: { ...metadata, annotations } as Json };
}

/** The first place whose value is not there any more; what the injector itself owns does not count. */
function lostIn(before: Json | undefined, after: Json | undefined, path: string): string | undefined {
  if (/^\/metadata\/annotations\/(sidecar\.io\/status|files\.sidecar\.io\/)/.test(path)) return undefined;
  if (!Array.isArray(before) && !isObject(before)) return Object.is(before, after) ? undefined : path;
  for (const key of Object.keys(before)) {
    const own = typeof after === 'object' && after !== null && Object.hasOwn(after, key);
    if (!own) return `${path}/${key}`;
    const lost = lostIn(ownValue(before, key), ownValue(after as JsonObject, key), `${path}/${key}`);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

/** The own property of that name, also when it is called `__proto__`. */
function ownValue(object: object, key: string): Json | undefined {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function valueAt(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value)
      ? value[Number(key)]
      : isObject(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
  }
  return value;
}

/** Whether the patch adds a volume that the folder of `logs` or of `serve` is. */
function bringsFolder(patch: readonly Operation[]): boolean {
  return patch.some(
    ({ path, value }) =>
      path.startsWith('/spec/volumes') && /"name":"sidecar-(logs|serve)"/.test(JSON.stringify(value)),
  );
}
