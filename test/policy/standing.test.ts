// How pods that run stand to a policy: what the counts in its status are made of.
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/core/objects.ts';
import { standingIn } from '../../src/policy/standing.ts';
import { builtInState } from '../engine/state.ts';
import { policy } from './policy.ts';

const spec = {
  podSelector: { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['batch'] }] },
  require: [{ sidecar: 'topz', settings: { port: '21999' }, lock: ['port'] }],
  forbid: ['ambassador'],
  exempt: [
    { podSelector: { matchLabels: { app: 'legacy' } }, reason: 'x' },
    { serviceAccounts: ['builder'], reason: 'x' },
  ],
};

interface Parts {
  readonly containers?: readonly string[];
  readonly annotations?: { readonly [key: string]: string };
  readonly labels?: { readonly [key: string]: string };
  readonly serviceAccountName?: string;
  readonly serviceAccount?: string;
}

function standing(
  { containers = ['sidecar-topz'], annotations = {}, labels = {}, ...more }: Parts,
  action = 'Enforce',
) {
  const named = ['web', ...containers].map((name) => ({ name }));
  const pod: Pod = { metadata: { name: 'web', annotations, labels }, spec: { containers: named, ...more } };
  return standingIn(policy('shop', { ...spec, action }), builtInState.catalog, builtInState)(pod);
}

describe('a pod', () => {
  it.each<[string, string | undefined, Parts]>([
    ['with the required sidecar', 'compliant', {}],
    ['with a further instance of it', 'compliant', { containers: ['sidecar-topz', 'sidecar-topz-two'] }],
    ['without it', 'violating', { containers: [] }],
    ['with another instance only', 'violating', { containers: ['sidecar-topz-two'] }],
    ['with a forbidden sidecar', 'violating', { containers: ['sidecar-topz', 'sidecar-ambassador-db'] }],
    ['that says what is locked', 'compliant', { annotations: { 'sidecar.io/topz-port': '21999' } }],
    ['that changes what is locked', 'violating', { annotations: { 'sidecar.io/topz-port': '1' } }],
    [
      'whose workload changes what is locked',
      'violating',
      { annotations: { 'sidecar.io/from-workload': '{"topz-port":"1"}' } },
    ],
    ['with a label of an exemption', 'exempt', { containers: [], labels: { app: 'legacy' } }],
    ['of an exempt service account', 'exempt', { containers: [], serviceAccountName: 'builder' }],
    ['whose account is in the old field', 'exempt', { containers: [], serviceAccount: 'builder' }],
    [
      'whose old field does not count',
      'violating',
      { containers: [], ...{ serviceAccountName: 'web', serviceAccount: 'builder' } },
    ],
    ['that is not selected', undefined, { containers: [], labels: { tier: 'batch' } }],
    ['that mirrors a static pod', undefined, { containers: [], annotations: { 'kubernetes.io/config.mirror': 'x' } }],
  ])('%s is %s', (_, expected, parts) => {
    expect(standing(parts)).toBe(expected);
    expect(standing(parts, 'Audit')).toBe(expected);
  });

  it('may have a sidecar whose name begins with that of a forbidden one', () => {
    const template = builtInState.catalog.templates.find(({ name }) => name === 'git');
    if (!template) throw new Error('there is no git');
    const catalog = { ...builtInState.catalog, templates: [{ ...template, name: 'git-mirror' }, template] };
    const standingOf = standingIn(policy('shop', { forbid: ['git'] }), catalog, builtInState);
    const pod = (name: string): Pod => ({ metadata: {}, spec: { containers: [{ name }] } });
    expect(standingOf(pod('sidecar-git-mirror'))).toBe('compliant');
    expect(standingOf(pod('sidecar-git-other'))).toBe('violating');
  });

  it.each([
    ['git-lfs', 'compliant'],
    ['git', 'violating'],
    ['git.lfs', 'violating'],
  ])('with a container that its status gives to the sidecar %s is %s, where git is forbidden', (name, expected) => {
    const standingOf = standingIn(policy('shop', { forbid: ['git'] }), builtInState.catalog, builtInState);
    const status = JSON.stringify({ version: '1', sidecars: [{ name, containers: ['sidecar-git-lfs'] }] });
    const metadata = { annotations: { 'sidecar.io/status': status } };
    const pod = (...names: string[]): Pod => ({ metadata, spec: { containers: names.map((name) => ({ name })) } });
    expect(standingOf(pod('sidecar-git-lfs'))).toBe(expected);
    expect(standingOf(pod('sidecar-git-lfs', 'sidecar-git-other'))).toBe('violating');
  });
});
