// What the API server does without an injector, and what templates say of it.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createClusterState } from '../../src/injector/cluster-state.ts';
import type { State } from '../../src/injector/state.ts';
import { answerTemplateReview } from '../../src/server/answer-template-review.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';

const heldBack: State = { ...builtInState, heldBack: new Set(['git', 'listed']) };

function said(name: string, failurePolicy: string, state = heldBack) {
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
    ['missing', 'Fail', 'add missing to webhook.required of the chart'],
    ['listed', 'Ignore', 'remove listed from webhook.required of the chart'],
  ])('is in use, with a warning: %s, %s', (name, policy, advice) => {
    const { verdict, response } = said(name, policy);
    expect(verdict).toEqual({ ready: true, message: expect.stringContaining(advice) });
    expect(response).toEqual({ uid: 'u', allowed: true, warnings: [expect.stringContaining(advice)] });
    expect(response.warnings[0].length, 'the API server cuts longer ones').toBeLessThanOrEqual(256);
  });

  it.each([
    ['listed', 'Fail', heldBack],
    ['missing', 'Ignore', heldBack],
    ['missing', 'Fail', builtInState],
  ])('else there is nothing to say: %s, %s', (name, policy, state) => {
    const { verdict, response } = said(name, policy, state);
    expect(verdict).toEqual({ ready: true, message: 'The template is in use.' });
    expect(response).toEqual({ uid: 'u', allowed: true });
  });

  it('is told from the list that the chart gives the API server', () => {
    const chart = new URL('../../charts/sidecar-injector/templates/', import.meta.url);
    expect(readFileSync(new URL('webhook.yaml', chart), 'utf8')).toContain('range .Values.webhook.required');
    expect(readFileSync(new URL('deployment.yaml', chart), 'utf8')).toContain(
      '--held-back={{ join "," .Values.webhook.required }}',
    );
  });
});
