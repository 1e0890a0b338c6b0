// A pod that comes with sidecars of an earlier injection.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { apply } from '../laws/weave.ts';
import { builtInState } from './state.ts';

const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git' };
const topz = { 'sidecar.io/topz': 'true' };

interface Stored {
  readonly metadata: { readonly annotations: Record<string, string> };
}

/** The pod with its sidecars, and then with other annotations. */
function injectedWith(first: Record<string, string>, change: (annotations: Record<string, string>) => void): Json {
  const pod = { metadata: { annotations: first }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  const outcome = inject({ pod, namespace: 'shop' }, builtInState);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  const after = apply(outcome.patch, pod) as Stored;
  change(after.metadata.annotations);
  return after as unknown as Json;
}

function warningsOf(pod: Json): readonly string[] {
  const outcome = inject({ pod, namespace: 'shop' }, builtInState);
  return 'warnings' in outcome ? outcome.warnings.map(({ code, message }) => `${code} ${message}`) : [outcome.kind];
}

const changed = (key: string, value: string) => (all: Record<string, string>) =>
  void Object.assign(all, { [`sidecar.io/${key}`]: value });
const outdated = [
  `former-settings metadata.annotations['sidecar.io/status']: The sidecar "topz" is from an injection with other settings, and the pod keeps what that added. Remove it with sidecar uninject.`,
];
const warning = (name: string) =>
  `not-asked metadata.annotations['sidecar.io/status']: The sidecar "${name}" is in the pod, but nothing asks for it. Remove it with sidecar uninject.`;

describe('a sidecar of an earlier injection', () => {
  it.each<[string, (annotations: Record<string, string>) => void, readonly string[]]>([
    ['is asked for as before', () => undefined, []],
    ['is not asked for', (all) => void delete all['sidecar.io/topz'], [warning('topz')]],
    ['is turned off', (all) => void Object.assign(all, { 'sidecar.io/topz': 'false' }), [warning('topz')]],
    [
      'is off with all',
      (all) => void Object.assign(all, { 'sidecar.io/inject': 'false' }),
      ['git', 'topz'].map(warning),
    ],
    [
      'is renamed',
      (all) => void Object.assign(all, { 'sidecar.io/status': all['sidecar.io/status']?.replaceAll('"git"', '"old"') }),
      [warning('old')],
    ],
    ['has another image', changed('topz-image', 'registry.example.com/topz:2'), outdated],
    ['has more memory', changed('topz-memory', '99Mi'), outdated],
    ['has another path', changed('git-path', '/srv'), [outdated.join().replace('topz', 'git')]],
    ['has other words for the same', changed('git-period', '60s'), []],
    [
      'was injected by another version',
      (all) => {
        changed('topz-memory', '99Mi')(all);
        changed('status', String(all['sidecar.io/status']).replace(/"version":"[^"]*"/, '"version":"0.0.9"'))(all);
      },
      [],
    ],
    ['is in a status that cannot be read', (all) => void Object.assign(all, { 'sidecar.io/status': '{' }), []],
  ])('%s', (_, change, expected) => expect(warningsOf(injectedWith({ ...git, ...topz }, change))).toEqual(expected));

  it('is no matter where the pod does not have it, and where a forged status names very many', () => {
    const sidecars = Array.from({ length: 1000 }, (_, i) => ({
      name: `s${i}`,
      containers: [i < 500 ? 'web' : `c${i}`],
    }));
    const status = JSON.stringify({ sidecars });
    const pod = {
      metadata: { annotations: { ...topz, 'sidecar.io/status': status } },
      spec: { containers: [{ name: 'web' }] },
    };
    expect(warningsOf(pod)).toHaveLength(20);
    const gone = JSON.stringify({ sidecars: sidecars.slice(500) });
    expect(warningsOf({ ...pod, metadata: { annotations: { ...topz, 'sidecar.io/status': gone } } })).toEqual([]);
  });
});
