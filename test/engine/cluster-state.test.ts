import { describe, expect, it } from 'vitest';
import type { TemplateObject } from '../../src/core/objects.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import { builtInState } from './state.ts';

/** A template of a namespace, or of the cluster without one. */
function object(name: string, namespace: string | undefined, generation = 1, parameter = 'text'): TemplateObject {
  return {
    apiVersion: 'sidecar.io/v1alpha1',
    kind: namespace === undefined ? 'ClusterSidecarTemplate' : 'SidecarTemplate',
    metadata: { name, uid: `${namespace}/${name}`, generation, ...(namespace !== undefined && { namespace }) },
    spec: {
      summary: 'x',
      failurePolicy: 'Ignore',
      image: 'x',
      parameters: [{ name: parameter, type: 'string', description: 'x' }],
      containers: [{ name: '${ instance.id }', securityContext: { runAsUser: 1000 } }],
    },
  };
}

const namespaces = ['a', 'b'].map((name) => ({ name, annotations: {} }));

describe('the state of a cluster', () => {
  it('keeps what a change does not concern: the catalogs of other namespaces, and that of the cluster', () => {
    const stateOf = createClusterState(builtInState);
    const others = [object('shared', undefined), object('own', 'b')];
    const before = stateOf(namespaces, [object('own', 'a'), ...others]).state;
    const after = stateOf(namespaces, [object('own', 'a', 2, 'other'), ...others]).state;
    expect(after.catalog).toBe(before.catalog);
    expect(after.namespaces.get('b')?.catalog).toBe(before.namespaces.get('b')?.catalog);
    expect(before.namespaces.get('a')?.catalog?.words.has('own-other')).toBe(false);
    expect(after.namespaces.get('a')?.catalog?.words.has('own-other')).toBe(true);
    expect(after.namespaces.get('a')?.catalog?.words.has('own-text')).toBe(false);
  });

  it('gives each namespace its catalog anew when one of the cluster changes, and says again what is in conflict', () => {
    const stateOf = createClusterState(builtInState);
    const own = object('own', 'a');
    const first = stateOf(namespaces, [own]);
    expect(first.verdicts.get(own)?.ready).toBe(true);
    for (let time = 0; time < 2; time++) {
      const { state, verdicts } = stateOf(namespaces, [own, object('own', undefined)]);
      expect(verdicts.get(own)).toMatchObject({
        ready: false,
        message: expect.stringContaining('a sidecar named own exists'),
      });
      expect(state.namespaces.get('a')?.catalog?.words.get('own')?.template.document.kind).toBe(
        'ClusterSidecarTemplate',
      );
    }
    const last = stateOf(namespaces, [own]);
    expect(last.verdicts.get(own)?.ready).toBe(true);
    expect(last.state.namespaces.get('a')?.catalog?.words.get('own')?.template.document.kind).toBe('SidecarTemplate');
  });
});
