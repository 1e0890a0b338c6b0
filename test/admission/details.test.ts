import { expect, it } from 'vitest';
import { detailsOf, eventOf } from '../../src/admission/details.ts';
import type { ReviewFacts } from '../../src/admission/facts.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Problem, Warning } from '../../src/core/problem.ts';

const problem: Problem = { code: 'unknown-annotation', path: 'a', message: 'Wrong.', fix: 'Write b.' };
const warning: Warning = { code: 'not-asked', sidecar: 'git', message: 'Old.' };
const sidecar = { name: 'git.docs', template: 'git', hash: '0', native: true, source: 's', containers: ['git-docs'] };
const injected: Outcome = { kind: 'Injected', sidecars: [sidecar], patch: [], encoded: { base64: '' }, warnings: [] };
const refused: Outcome = { kind: 'Refused', problems: [problem, { ...problem, path: 'c' }], warnings: [warning] };
const failed: Outcome = { kind: 'Failed', problem, stack: 'at x' };
const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1' };

const facts = (outcome: Outcome, more: Partial<ReviewFacts> = {}): ReviewFacts => ({
  ...{ uid: 'u', namespace: 'shop', name: 'web-1', dryRun: false, outcome, again: false, owner: undefined },
  ...more,
});

it('the details of a refusal are its problems and its owner', () => {
  const problems = ['a: Wrong. Write b. [unknown-annotation]', 'c: Wrong. Write b. [unknown-annotation]'];
  expect(detailsOf(facts(refused, { owner }))).toEqual({ owner: 'ReplicaSet/web', problems });
});

it('the details of a failure have its stack', () => {
  expect(detailsOf(facts(failed))).toEqual({ problems: ['a: Wrong. Write b. [unknown-annotation]'], stack: 'at x' });
});

it('the details of warnings name what turned each sidecar on', () => {
  const details = { sources: { 'git.docs': 's' }, warnings: ['Old.'] };
  expect(detailsOf(facts({ ...injected, warnings: [warning] }))).toEqual(details);
});

it.each<[string, Outcome, string, string]>([
  ['a refusal', { ...refused, problems: [problem] }, 'SidecarRefused', 'a: Wrong. Write b. [unknown-annotation]'],
  ['a failure', failed, 'SidecarFailed', 'a: Wrong. Write b. [unknown-annotation]'],
  ['warnings', { ...injected, warnings: [warning, warning] }, 'SidecarWarning', 'Old. Old.'],
])('the Event of %s is about the owner, or else about the pod', (_, outcome, reason, note) => {
  expect(eventOf(facts(outcome, { owner }))).toEqual({ namespace: 'shop', regarding: owner, reason, note });
  const pod = { apiVersion: 'v1', kind: 'Pod', name: 'web-1', uid: '' };
  expect(eventOf(facts(outcome))).toMatchObject({ regarding: pod });
});

it('an Event has one line', () => {
  expect(eventOf(facts(refused))?.note).toContain('pod: 1. a: Wrong. Write b. [unknown-annotation] 2. c: Wrong.');
});

it('neither a dry run nor an injection without warnings causes an Event', () => {
  expect(eventOf(facts(refused, { dryRun: true }))).toBeUndefined();
  expect(eventOf(facts(injected))).toBeUndefined();
});

it('the details of a refusal have its first 20 problems, without values that can be secrets', () => {
  const path = "metadata.annotations['sidecar.io/demo-token']";
  const many = Array.from({ length: 21 }, () => ({ ...problem, path, message: '"hunter2" is too short.' }));
  const { problems } = detailsOf(facts({ ...refused, problems: many })) as { problems: string[] }; // a refusal has them
  expect(problems).toHaveLength(20);
  expect(problems[0]).toBe(`${path}: "…" is too short. Write b. [unknown-annotation]`);
});

it('an injection without anything to say has only its sidecars', () => {
  expect(detailsOf(facts(injected))).toEqual({ sources: { 'git.docs': 's' } });
});
