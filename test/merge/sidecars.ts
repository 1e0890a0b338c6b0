import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import { inject } from '../../src/engine/inject.ts';
import type { State } from '../../src/state/state.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState } from '../engine/state.ts';

/** A state whose only sidecars have these specs; what a spec leaves out is as small as it can be. */
export function stateWith(specs: Readonly<Record<string, object>>, base: State = builtInState): State {
  const templates = Object.entries(specs).map(([name, spec]) => {
    const compiled = compileTemplate({
      ...{ apiVersion: 'sidecar.io/v1alpha1', kind: 'ClusterSidecarTemplate', metadata: { name } },
      spec: {
        ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [{ name: '${ instance.id }' }] },
        // Without a mount in place of the token.
        ...{ serviceAccountToken: true, ...spec },
      },
    });
    if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
    return compiled;
  });
  const { catalog, conflicts } = buildCatalog(templates);
  if (conflicts.length > 0) throw new Error(conflicts.join('\n'));
  return { ...base, catalog };
}

/** The outcome for a pod that turns on every sidecar of the state. */
export function outcomeFor(state: State, spec: object = {}, metadata: { annotations?: object } = {}): Outcome {
  const on = Object.fromEntries(state.catalog.templates.map(({ name }) => [`sidecar.io/${name}`, 'true']));
  const annotations = { ...on, ...metadata.annotations };
  const pod = { metadata: { ...metadata, annotations }, spec: { containers: [{ name: 'web' }], ...spec } };
  return inject({ pod: pod as Json, namespace: 'shop' }, state);
}

/** The code and the path of each problem; the kind of the outcome where it has none. */
export function problemsOf(outcome: Outcome): readonly string[] {
  return outcome.kind === 'Refused' ? outcome.problems.map(({ code, path }) => `${code} ${path}`) : [outcome.kind];
}

export function messagesOf(outcome: Outcome): readonly string[] {
  return outcome.kind === 'Refused' ? outcome.problems.map(({ message, fix }) => `${message} ${fix}`) : [outcome.kind];
}

/** What the patch adds below a path, in the order of the patch. */
export function addedAt(outcome: Outcome, path: string): readonly unknown[] {
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  return outcome.patch.filter((each) => each.path === path || each.path === `${path}/-`).map(({ value }) => value);
}
