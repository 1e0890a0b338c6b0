// What the API server does without an injector, and what templates say of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerTemplateReview } from '../../src/admission/answer-template-review.ts';
import { createClusterState } from '../../src/state/cluster-state.ts';
import type { State } from '../../src/state/state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';

const requiredSidecars: State = { ...builtInState, requiredSidecars: new Set(['git', 'listed']) };

function said(name: string, failurePolicy: string, state = requiredSidecars) {
  const object = template(name, { failurePolicy });
  const { verdicts } = createClusterState(state)([], [object]);
  const request = { uid: 'u', operation: 'CREATE', resource: { group: 'sidecar.io', resource: 'x' }, object };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { text } = answerTemplateReview(Buffer.from(JSON.stringify(review)), state);
  const [verdict] = verdicts.values();
  return { verdict, response: JSON.parse(text).response };
}

describe('a template whose failurePolicy the API server does not know', () => {
  it.each([
    ['missing', 'Fail', 'requiredSidecars of the chart does not list missing'],
    ['listed', 'Ignore', 'requiredSidecars of the chart lists listed'],
  ])('is in use, with a warning: %s, %s', (name, policy, advice) => {
    const { verdict, response } = said(name, policy);
    expect(verdict).toEqual({ ready: true, message: expect.stringContaining(advice) });
    expect(response).toEqual({ uid: 'u', allowed: true, warnings: [expect.stringContaining(advice)] });
    expect(response.warnings[0].length, 'the API server cuts longer ones').toBeLessThanOrEqual(256);
  });

  it.each([
    ['listed', 'Fail', requiredSidecars],
    ['missing', 'Ignore', requiredSidecars],
    ['missing', 'Fail', builtInState],
  ])('else there is nothing to say: %s, %s', (name, policy, state) => {
    const { verdict, response } = said(name, policy, state);
    expect(verdict).toEqual({ ready: true, message: 'The template is in use.' });
    expect(response).toEqual({ uid: 'u', allowed: true });
  });

  it('is told from the list that the chart gives the API server', () => {
    const chart = new URL('../../charts/sidecar-injector/templates/', import.meta.url);
    expect(readFileSync(new URL('webhook.yaml', chart), 'utf8')).toContain('range .Values.requiredSidecars');
    expect(readFileSync(new URL('deployment.yaml', chart), 'utf8')).toContain(
      '--required-sidecars={{ join "," .Values.requiredSidecars }}',
    );
  });
});
