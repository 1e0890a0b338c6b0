// Law 8: what `sidecar uninject` does to an injected pod gives back the pod as it was.
import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../../src/core/json.ts';
import { isOurs } from '../../src/core/pod.ts';
import { inject } from '../../src/engine/inject.ts';
import { uninject } from '../../src/engine/uninject.ts';
import type { State } from '../../src/state/state.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { classicLanguageState, languageState } from './language.ts';
import { type GeneratedPod, pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';
import { apply, injected } from './weave.ts';

/** The properties of this file share the pods of one law. */
const share = Math.ceil(runs / 5);

/** A container with the name of a sidecar is taken for it. And some generated pods use one list in many containers. */
const unshared = pods
  .map((pod): GeneratedPod => JSON.parse(JSON.stringify(pod)))
  .filter(
    ({ spec }) =>
      !/"name":"(i-)?sidecar-(git|topz)(-init)?"/.test(
        JSON.stringify(isObject(spec) ? [spec.containers, spec.initContainers] : ''),
      ),
  );

/** The pod without the annotations that only the injector writes: forged ones are not given back. */
function withoutForged(pod: GeneratedPod): Json {
  const { metadata } = pod;
  if (!isObject(metadata) || !isObject(metadata.annotations)) return pod;
  const entries = Object.entries(metadata.annotations).filter(([key]) => !isOurs(key));
  return { ...pod, metadata: { ...metadata, annotations: Object.fromEntries(entries) } };
}

function takenOut(pod: Json): Json | undefined {
  const removal = uninject(pod);
  return removal && patched(pod, removal.edits);
}

describe('8. taking out what the status names gives back the original', { timeout: 1_800_000 }, () => {
  it.each([
    ['the built-in catalog, native', builtInState],
    ['the built-in catalog, classic', classicState],
    ['all of the language, native', languageState],
    ['all of the language, classic', classicLanguageState],
  ])('for generated pods and %s', (_, state) => {
    let count = 0;
    const law = (pod: GeneratedPod) => {
      const outcome = injected(pod, state);
      if (!outcome) return;
      count += 1;
      const once = apply(outcome.patch, pod);
      expect(takenOut(once)).toEqual(withoutForged(pod));
    };
    holdsFor('law 8', unshared, law, share);
    expect(count / share).toBeGreaterThan(0.2);
  });

  it('after a second call, which a replica of the other form answers, and with what the API server leaves out', () => {
    const law = (pod: GeneratedPod) => {
      const outcome = injected(pod, builtInState);
      if (!outcome) return;
      const once = apply(outcome.patch, pod);
      const again = inject({ pod: once, namespace: 'default' }, classicState);
      expect(takenOut(again.kind === 'Injected' ? apply(again.patch, once) : once)).toEqual(withoutForged(pod));
    };
    holdsFor('law 8, twice', unshared, law, share);
  });

  const examples: Record<string, Record<string, string>> = {
    ambassador: { 'ambassador-target': 'db.example.com:5432', 'ambassador-port': '5432' },
    config: { 'config-configmaps': 'app', 'config-path': '/etc/app' },
    git: { 'git-repo': 'https://git.example.com/a.git', 'git-container': '*' },
    https: { 'https-secret': 'tls', 'https-target': '8080' },
    logs: { 'logs-files': '/var/log/app/*.log', 'logs-container': '*' },
    metrics: { 'metrics-for': 'nginx' },
    serve: { 'serve-path': '/var/log/app', 'serve-container': '*' },
    topz: { topz: 'true' },
  };

  it('has an example of every sidecar', () => {
    expect(Object.keys(examples)).toEqual(builtInState.catalog.templates.map(({ name }) => name).toSorted());
  });

  const forms: [string, State][] = [
    ['native', builtInState],
    ['classic', classicState],
  ];
  it.each(Object.keys(examples).flatMap((name) => forms.map((form) => [name, ...form] as const)))(
    'for %s, %s',
    (name, _, state) => {
      const annotations = Object.fromEntries(
        Object.entries(examples[name] ?? {}).map(([key, text]) => [`sidecar.io/${key}`, text]),
      );
      const own = { name: 'own', mountPath: '/var/log/app' };
      for (const spec of [
        {
          containers: [
            { name: 'web', volumeMounts: [own] },
            { name: 'job', env: [] },
          ],
          volumes: [{ name: 'own', emptyDir: {} }],
        },
        { containers: [{ name: 'web' }], volumes: [], initContainers: null, shareProcessNamespace: null },
      ]) {
        const pod = { metadata: { annotations: { ...annotations, other: 'x' } }, spec } as unknown as GeneratedPod;
        const outcome = injected(pod, state);
        if (!outcome) throw new Error(JSON.stringify(inject({ pod, namespace: 'default' }, state)));
        const after = apply(outcome.patch, pod);
        expect(takenOut(after)).toEqual(pod);
        const { annotations: stored } = after.metadata as { annotations: Record<string, string> };
        expect((stored['sidecar.io/status'] ?? '').length, 'the status stays small').toBeLessThan(600);
      }
    },
  );
});
