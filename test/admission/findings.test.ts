// What is said of an outcome where no user reads it: the audit log, the metrics of policies, the log of reviews.
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/admission/facts.ts';
import { objectFactsOf } from '../../src/admission/object-facts.ts';
import { auditOf, findingsOf, isNotable, warningsOf } from '../../src/admission/report.ts';
import { templateFactsOf } from '../../src/admission/template-facts.ts';
import type { Json } from '../../src/core/json.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { PolicyFinding, Problem, Warning } from '../../src/core/problem.ts';

const problem: Problem = { code: 'sidecar-required', path: 'a', message: 'Wrong.', fix: 'Write b.' };
const warning: Warning = { code: 'not-asked', sidecar: 'git', message: 'Old.' };
const sidecar = { template: 'git', hash: '0', native: true, source: 's', containers: ['git'] };
const refused = (...problems: Problem[]): Outcome => ({ kind: 'Refused', problems, warnings: [warning] });
const injected = (...warnings: Warning[]): Outcome => ({
  kind: 'Injected',
  sidecars: ['git', 'git.docs'].map((name) => ({ ...sidecar, name })),
  ...{ patch: [], encoded: { base64: '' }, warnings },
});
const unchanged = (...warnings: Warning[]): Outcome => ({
  kind: 'Unchanged',
  reasons: [{ code: 'nothing-asked', path: '', message: 'x' }],
  ...{ sidecars: [], warnings },
});
const failed: Outcome = { kind: 'Failed', problem: { ...problem, code: 'internal-error' }, stack: '' };

describe('the findings of policies', () => {
  const would = (name: string): PolicyFinding => ({ name, finding: 'would-refuse' });

  it('are the refusals, each policy once, and nothing of the problems of others', () => {
    const outcome = refused({ ...problem, policy: 'logs' }, problem, { ...problem, policy: 'logs' });
    expect(findingsOf(outcome)).toEqual([{ name: 'logs', finding: 'refused' }]);
  });

  it('are what policies that only warn would do to a pod that is admitted, each once', () => {
    const about = (policy: PolicyFinding): Warning => ({ ...warning, policy });
    const change: PolicyFinding = { name: 'logs', finding: 'would-change' };
    const warnings = [warning, about(would('logs')), about(would('topz')), about(would('logs')), about(change)];
    for (const outcome of [injected(...warnings), unchanged(...warnings)])
      expect(findingsOf(outcome)).toEqual([would('logs'), would('topz'), change]);
  });

  it.each([refused(problem), injected(warning), unchanged(), failed])('are none without a policy: $kind', (outcome) =>
    expect(findingsOf(outcome)).toEqual([]),
  );
});

it('the audit log has the decision, with the sidecars of an injection and else each code once', () => {
  expect(auditOf(injected())).toEqual({ decision: 'injected', sidecars: 'git git.docs' });
  expect(auditOf(unchanged())).toEqual({ decision: 'unchanged', codes: 'nothing-asked' });
  const codes = 'sidecar-required bad-url';
  expect(auditOf(refused(problem, { ...problem, code: 'bad-url' }, problem))).toEqual({ decision: 'refused', codes });
  expect(auditOf(failed)).toEqual({ decision: 'failed', codes: 'internal-error' });
});

it('a pod that is not admitted is notable, and one that has warnings', () => {
  expect([refused(problem), failed, injected(warning), unchanged(warning)].map(isNotable)).not.toContain(false);
  expect([injected(), unchanged()].map(isNotable)).toEqual([false, false]);
  expect(warningsOf(refused(problem)), 'a refusal has its problems').toEqual([]);
});

const names = { uid: 'u', resource: 'pods', subResource: '', operation: 'CREATE', namespace: 'shop', name: 'web' };
const request = (object: Json) => ({ ...names, dryRun: false, object, oldObject: undefined });

describe('the facts of a pod', () => {
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1', controller: true };
  const { controller: _, ...owner } = controller;
  const owned = request({ metadata: { ownerReferences: [controller] } });

  it('have its owner where somebody should read about it', () => {
    expect(factsOf(owned, refused(problem)).owner).toEqual(owner);
    expect(factsOf(owned, injected()).owner).toBeUndefined();
  });

  it.each<[Json, boolean]>([
    [{ metadata: { annotations: { 'sidecar.io/status': '[]' } } }, true],
    [{ metadata: { annotations: { 'sidecar.io/git': 'true' } } }, false],
    [{ metadata: { annotations: null } }, false],
    [{ metadata: {} }, false],
    [null, false],
  ])('say whether it was injected before: %j', (object, again) =>
    expect(factsOf(request(object), injected()).again).toBe(again),
  );
});

describe('the facts of a workload', () => {
  const edit = { op: 'remove', path: '/a' } as const;
  const factsOfDecision = (edits: (typeof edit)[], problems: Problem[], warnings: Warning[]) => {
    const { outcome, codes, messages } = objectFactsOf(request(null), { edits, problems, warnings });
    return { outcome, codes, messages };
  };

  it('have the codes and the messages of problems and warnings', () => {
    const messages = ['a: Wrong. Write b. [sidecar-required]', 'Old.'];
    const codes = 'sidecar-required not-asked';
    expect(factsOfDecision([edit], [problem], [warning])).toEqual({ outcome: 'refused', codes, messages });
    expect(factsOfDecision([edit], [], [])).toEqual({ outcome: 'changed', codes: '', messages: [] });
    expect(factsOfDecision([], [], [warning])).toEqual({
      outcome: 'unchanged',
      codes: 'not-asked',
      messages: ['Old.'],
    });
  });

  it('have the whole text of a problem, and of very many the first', () => {
    const long = { ...problem, message: `${'Wrong. '.repeat(60)}`.trim() };
    const { messages } = factsOfDecision(
      [],
      Array.from({ length: 30 }, () => long),
      [],
    );
    expect([messages.length, messages[0]?.endsWith('Write b. [sidecar-required]')]).toEqual([20, true]);
  });

  it('have no password that is in a URL', () => {
    const secret = { ...warning, message: 'https://me:hunter2@git.example.com is slow.' };
    expect(factsOfDecision([], [], [secret]).messages).toEqual(['https://…@git.example.com is slow.']);
  });
});

it.each<[string, string[], string[], object]>([
  ['CREATE', ['Wrong.'], ['Odd.'], { operation: 'CREATE', outcome: 'refused', messages: ['Wrong.'] }],
  ['UPDATE', [], ['Odd.'], { operation: 'UPDATE', outcome: 'warned', messages: ['Odd.'] }],
  ['DELETE', [], [], { operation: 'DELETE', outcome: 'allowed', messages: [] }],
  ['CONNECT', [], [], { operation: 'other', outcome: 'allowed', messages: [] }],
])('the facts of a template that has a review of %s: %j, %j', (operation, problems, warnings, facts) =>
  expect(templateFactsOf({ ...request(null), operation }, problems, warnings)).toEqual({
    ...{ kind: 'template', name: 'web', namespace: 'shop' },
    ...facts,
  }),
);
