import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../src/policy/compile.ts';
import { inForceAt, nextEnd } from '../../src/policy/policy.ts';
import { builtInState } from '../engine/state.ts';
import { policy, policyObject } from './policy.ts';

const problemsOf = (spec: object, name = 'p') => {
  const compiled = compilePolicy(policyObject(name, spec), builtInState.catalog);
  return 'problems' in compiled ? compiled.problems.map(({ path, message, fix }) => `${path}: ${message} ${fix}`) : [];
};

describe('a policy', () => {
  it('becomes locks and defaults by the keys of annotations', () => {
    const { lock, defaults } = policy('logs', {
      require: [{ sidecar: 'topz', settings: { port: '21999', period: '7s' }, lock: ['port'] }],
      defaults: { 'git-period': '5m' },
    });
    expect(lock).toEqual({ 'sidecar.io/topz': 'true', 'sidecar.io/topz-port': '21999' });
    expect(defaults).toEqual({ 'sidecar.io/topz-period': '7s', 'sidecar.io/git-period': '5m' });
  });

  it.each<[object, string]>([
    [
      { require: [{ sidecar: 'topzz' }] },
      'spec.require[0].sidecar: The cluster has no sidecar "topzz". Did you mean topz?',
    ],
    [{ forbid: ['ambasador'] }, 'spec.forbid[0]: The cluster has no sidecar "ambasador". Did you mean ambassador?'],
    [
      { require: [{ sidecar: 'topz', settings: { prt: '1' } }] },
      'spec.require[0].settings.prt: The sidecar topz has no parameter "prt". Did you mean port?',
    ],
    [{ require: [{ sidecar: 'topz', settings: { port: '80' } }] }, 'spec.require[0].settings.port: '],
    [
      { require: [{ sidecar: 'topz', lock: ['port'] }] },
      'spec.require[0].lock[0]: settings has no port. Set port there, or remove it here.',
    ],
    [
      { require: [{ sidecar: 'topz' }, { sidecar: 'topz' }] },
      'spec.require[0].sidecar: The policy requires topz twice. Write all its settings in one entry.',
    ],
    [
      { require: [{ sidecar: 'topz' }], forbid: ['topz'] },
      'spec.forbid[0]: The policy requires topz and forbids it. Remove it from require or from forbid.',
    ],
    [
      { defaults: { 'topz-prot': '1' } },
      'spec.defaults.topz-prot: No sidecar has "sidecar.io/topz-prot". Did you mean topz-port?',
    ],
    [
      { defaults: { 'sidecar.io/git-period': '1m' } },
      'spec.defaults.sidecar.io/git-period: The keys of defaults are without sidecar.io/. Write git-period.',
    ],
    [
      { defaults: { 'topz-something-else': '1' } },
      'spec.defaults.topz-something-else: No sidecar has "sidecar.io/topz-something-else". The keys are: topz-',
    ],
    [{ defaults: { topz: 'true' } }, 'spec.defaults.topz: topz turns on a sidecar, and defaults only set parameters.'],
    [
      { exempt: [{ serviceAccounts: ['ci'], until: '2027-02-30', reason: 'x' }] },
      'spec.exempt[0].until: 2027-02-30 is not a date. Write a day such as "2027-01-31".',
    ],
    [{ action: 'Refuse' }, 'spec.action: '],
    [{ namespaceSelector: undefined }, 'spec.namespaceSelector: '],
    [{ exempt: [{ reason: 'x' }] }, 'spec.exempt[0]: must have a podSelector or serviceAccounts'],
    [
      { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      'spec.podSelector.matchExpressions[0]: In and NotIn need values',
    ],
  ])('%j is not valid', (spec, expected) => {
    expect(problemsOf(spec)[0]).toMatch(new RegExp(`^${expected.replace(/[[\].?*+()]/g, '\\$&')}`));
  });

  it('has a name that fits into the names of other objects', () => {
    expect(problemsOf({}, 'x'.repeat(50))).toEqual([]);
    for (const name of ['x'.repeat(51), 'a.b', 'A']) expect(problemsOf({}, name)[0]).toContain('metadata.name');
  });
});

describe('an exemption', () => {
  const exempt = (until: string) => ({ serviceAccounts: ['ci'], until, reason: 'x' });
  const both = policy('p', { exempt: [exempt('2027-01-31'), exempt('2027-03-01')] });

  it('holds through its last day, in UTC', () => {
    const at = (time: string) => inForceAt(both, Date.parse(time)).exempt.length;
    expect([at('2027-01-31T23:59:59Z'), at('2027-02-01T00:00:00Z'), at('2027-03-02T00:00:00Z')]).toEqual([2, 1, 0]);
    expect(inForceAt(both, 0)).toBe(both);
    expect(inForceAt(both, Date.parse('2027-02-01T00:00:00Z')).revision).not.toBe(both.revision);
  });

  it('says when to look again', () => {
    const next = (time: string) => nextEnd([both], Date.parse(time));
    expect(next('2027-01-01T00:00:00Z')).toBe(Date.parse('2027-02-01T00:00:00Z'));
    expect(next('2027-02-01T00:00:00Z')).toBe(Date.parse('2027-03-02T00:00:00Z'));
    expect(next('2027-04-01T00:00:00Z')).toBeUndefined();
  });
});
