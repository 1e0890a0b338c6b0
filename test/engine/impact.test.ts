// What would be different in a pod if the state were another one.
import { describe, expect, it } from 'vitest';
import { withApplied } from '../../src/cli/impact/applied.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { impactOnPod } from '../../src/engine/audit/impact-on-pod.ts';
import { changeWords } from '../../src/engine/audit/words.ts';
import type { State } from '../../src/state/state.ts';
import { policy } from '../policy/policy.ts';
import { builtInState } from './state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const shopWith = (facts: object, base: State = builtInState): State => ({
  ...base,
  namespaces: new Map([['shop', { annotations: {}, ...facts }]]),
});
const impact = (annotations: Record<string, string>, before: State, after: State) => {
  const pod = { metadata: { annotations }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  return impactOnPod({ pod, namespace: 'shop' }, before, after);
};
const wordsOf = (annotations: Record<string, string>, before: State, after: State) =>
  impact(annotations, before, after).map((change) => `${change.kind}: ${changeWords(change).cause}`);

const nothing = shopWith({});
const forbidding = shopWith({ policies: [policy('no-topz', { forbid: ['topz'] })] });

describe('a new pod', () => {
  it.each<[string, Record<string, string>, State, State, string[]]>([
    ['is the same', topz, nothing, nothing, []],
    ['is the same where it asks for nothing', {}, nothing, forbidding, []],
    [
      'gets a sidecar',
      {},
      nothing,
      shopWith({ annotations: topz }),
      ["added: A new pod would get topz, which namespace.metadata.annotations['sidecar.io/topz'] asks for."],
    ],
    [
      'does not get one any more',
      {},
      shopWith({ annotations: topz }),
      nothing,
      ['removed: A new pod would not get topz any more.'],
    ],
    [
      'gets other settings',
      topz,
      nothing,
      shopWith({ annotations: { 'sidecar.io/topz-port': '22000' } }),
      ['changed: A new pod would get another topz: port: 21080 → 22000.'],
    ],
    [
      'gets another image, said once',
      topz,
      nothing,
      { ...nothing, injector: { ...nothing.injector, image: 'example.com/injector:9' } },
      [
        `changed: A new pod would get another topz: image of sidecar-topz: ${nothing.injector.image} → example.com/injector:9.`,
      ],
    ],
    [
      'gets the other form, which no setting says',
      topz,
      nothing,
      { ...nothing, cluster: { ...nothing.cluster, nativeSidecars: false } },
      ['changed: A new pod would get another topz: its template has changed.'],
    ],
    ['is admitted', topz, forbidding, nothing, ['admitted: A new pod would no longer be refused.']],
    ['is refused in both', topz, forbidding, forbidding, []],
  ])('%s', (_, annotations, before, after, words) => expect(wordsOf(annotations, before, after)).toEqual(words));

  it('is refused, with every problem', () => {
    const [change, ...others] = impact(topz, nothing, forbidding);
    expect(change).toMatchObject({ kind: 'refused', problems: [{ code: 'sidecar-forbidden' }] });
    expect(others).toEqual([]);
  });
});

describe('applied', () => {
  const objects = {
    ...{ registration: 'none' as const, injector: undefined, versions: { apiServer: '', nodes: [] } },
    ...{ templates: [], policies: [], unread: [] },
    namespaces: [
      {
        kind: 'Namespace',
        metadata: {
          name: 'shop',
          labels: { team: 'shop' },
          annotations: {
            ...{ by: 'hand', 'sidecar.io/topz': 'true', 'sidecar.io/git-path': '/a' },
            'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ metadata: { annotations: topz } }),
          },
        },
      },
    ],
  };
  const namespace = (name: string, metadata: object): JsonObject => ({
    kind: 'Namespace',
    metadata: { name, ...metadata },
  });

  it('a Namespace is merged as kubectl does it: what the last apply wrote goes, what others wrote stays', () => {
    const file = namespace('shop', { annotations: { 'sidecar.io/git-path': '/b' }, labels: { a: 'b' } });
    const [shop] = withApplied(objects, file, 0).namespaces;
    expect(shop).toMatchObject({ metadata: { labels: { team: 'shop', a: 'b' }, annotations: { by: 'hand' } } });
    expect(shop?.metadata).toHaveProperty(['annotations', 'sidecar.io/git-path'], '/b');
    expect(shop?.metadata).not.toHaveProperty(['annotations', 'sidecar.io/topz']);
    expect(withApplied(objects, namespace('new', {}), 0).namespaces).toEqual(objects.namespaces);
  });

  it('a policy takes the place of the one with its name, and keeps its age', () => {
    const of = (spec: string, metadata: object = {}) => ({
      kind: 'SidecarPolicy',
      metadata: { name: 'a', ...metadata },
      spec,
    });
    const stored = { ...objects, policies: [of('old', { creationTimestamp: '2026-01-01T00:00:00Z' })] };
    expect(withApplied(stored, of('new'), 0).policies).toEqual([
      of('new', { creationTimestamp: '2026-01-01T00:00:00Z' }),
    ]);
    expect(withApplied(objects, of('new'), 0).policies).toEqual([
      of('new', { creationTimestamp: '1970-01-01T00:00:00.000Z' }),
    ]);
  });
});
