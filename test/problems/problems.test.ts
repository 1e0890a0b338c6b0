import { describe, expect, it } from 'vitest';
import { problemCodes, problemText } from '../../src/core/problem.ts';
import { inject } from '../../src/engine/inject.ts';
import { answerReview } from '../admission/answer-review.ts';
import { builtInState } from '../engine/state.ts';
import { collisions } from './collisions.ts';
import { parameterProblems } from './parameter-problems.ts';
import { valueProblems } from './problem-cases.ts';
import { several } from './several.ts';
import { singleProblems } from './single.ts';

const cases = [...valueProblems, ...parameterProblems, ...singleProblems, ...collisions, several];

describe('problems: what is wrong, where, and what to write instead', () => {
  it('covers more than 30 kinds', () => {
    expect(cases.length).toBeGreaterThan(30);
  });

  it.each(cases)('$name', ({ pod, problems }) => {
    const outcome = inject({ pod, namespace: 'default' }, builtInState);
    const found = outcome.kind === 'Refused' ? [...outcome.problems] : outcome;
    expect(found).toHaveLength(problems.length);
    expect(found).toEqual(expect.arrayContaining([...problems]));
  });

  it.each(cases)('the webhook says the same: $name', ({ pod }) => {
    const outcome = inject({ pod, namespace: 'default' }, builtInState);
    const problems = outcome.kind === 'Refused' ? outcome.problems : [];
    const request = {
      uid: 'u',
      operation: 'CREATE',
      resource: { group: '', version: 'v1', resource: 'pods' },
      object: pod,
    };
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
    const answer = answerReview(Buffer.from(JSON.stringify(review)), builtInState);
    expect(answer.httpStatus).toBe(200);
    const { response } = JSON.parse(answer.text);
    expect(response).toMatchObject({ uid: 'u', allowed: false, status: { code: 422, reason: 'Invalid' } });
    expect(response).not.toHaveProperty('patch');
    expect(response).not.toHaveProperty('patchType');
    for (const problem of problems) expect(response.status.message).toContain(problemText(problem));
  });

  it('has a case for every code that a pod can cause', () => {
    const elsewhere = [
      'too-many-instances',
      'too-many-containers',
      'too-many-pod-templates',
      'patch-too-large',
      'sidecars-conflict',
      'variable-taken',
      'bad-status',
      'lookup-failed',
      'template-failed',
      'bad-template',
      'bad-document',
      'lookup-failed',
      'internal-error',
      // Those of policies have tests in test/policy.
      'bad-policy',
      'setting-locked',
      'sidecar-forbidden',
      'sidecar-required',
    ];
    const covered = new Set([...cases.flatMap(({ problems }) => problems.map(({ code }) => code)), ...elsewhere]);
    expect([...covered].sort()).toEqual(Object.keys(problemCodes).sort());
  });
});
