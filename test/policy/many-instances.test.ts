// What a pod or a namespace with thousands of instances costs does not grow with the number of policies.
import { describe, expect, it } from 'vitest';
import { answerObject, decideObject } from '../../src/admission/answer-object-review.ts';
import { inject } from '../../src/engine/inject.ts';
import { answered } from '../amplification/search.ts';
import { builtInState } from '../engine/state.ts';
import { podWith } from '../problems/problem-cases.ts';
import { policy } from './policy.ts';

const repo = 'https://git.example.com/site.git';
const instances = (count: number, text = repo) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`sidecar.io/git-repo.i${i}`, text]));
const stateOf = (spec: object, count = 1, annotations = {}) => {
  const policies = Array.from({ length: count }, (_, i) =>
    policy(`p${i}`, {
      ...{ namespaceSelector: {}, action: 'Enforce', ...spec },
      require: [{ sidecar: 'git', settings: { repo, depth: '1', timeout: '5m' }, lock: ['*'] }],
    }),
  );
  return { ...builtInState, policies, namespaces: new Map([['default', { annotations, labels: {}, policies }]]) };
};

describe('thousands of instances under 50 policies', () => {
  it('in a pod', () => {
    const { text, milliseconds } = answered(podWith(instances(6000, 'x')), stateOf({}, 50));
    expect(JSON.parse(text).response.status.message).toContain('The policy p0 locks this setting');
    expect(milliseconds).toBeLessThan(500);
  });

  it('in a namespace, with policies for some of its pods', () => {
    const state = stateOf({ podSelector: { matchLabels: { a: 'b' } } }, 50);
    const object = { metadata: { name: 'default', annotations: instances(3000) } };
    const names = { uid: 'u', subResource: '', namespace: 'default', name: 'default', dryRun: false };
    const request = { ...names, resource: 'namespaces', operation: 'CREATE', object, oldObject: undefined };
    const { user } = process.cpuUsage();
    const { text } = answerObject(request, decideObject(request, state));
    expect(JSON.parse(text).response.warnings.join()).toContain('name 3000 instances of sidecars; a pod can have 32');
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(500);
  });
});

describe('64 instances can be named', () => {
  const off = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`sidecar.io/topz.i${i}`, 'false']));
  const outcomeOf = (count: number) => inject({ pod: podWith(off(count)), namespace: 'default' }, builtInState);

  it('also if they are off', () => {
    expect(outcomeOf(64)).toMatchObject({ kind: 'Unchanged', reasons: [{ code: 'turned-off' }] });
    expect(outcomeOf(65)).toMatchObject({ kind: 'Refused', problems: [{ code: 'too-many-instances' }] });
  });

  it('and those of a namespace keep no lock from one of the pod', () => {
    const state = stateOf({}, 1, off(100));
    const pod = podWith({ 'sidecar.io/git-repo.docs': repo });
    const outcome = inject({ pod, namespace: 'default' }, state);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    const added = JSON.stringify(outcome.patch);
    expect(outcome.sidecars.map(({ name }) => name)).toEqual(['git', 'git.docs']);
    expect(added.split('--depth=1')).toHaveLength(3);
    expect(outcome.warnings.map(({ code }) => code)).toContain('too-many-instances');
  });
});
