// Reviews from bytes to bytes: `LAW_RUNS=1000000 npx vitest run test/laws/reviews` for a million, half of them in each
// form.
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Operation } from '../../src/core/outcome.ts';
import type { State } from '../../src/state/state.ts';
import { answerReview } from '../admission/answer-review.ts';
import { builtInState, classicState } from '../engine/state.ts';
import { type GeneratedPod, pods } from './pods.ts';
import { holdsFor, runs } from './properties.ts';
import { invalidIn } from './validation.ts';
import { apply } from './weave.ts';

const share = Math.ceil(runs / 2);
const resource = { group: '', version: 'v1', resource: 'pods' };

/** The patch of the answer; undefined where the pod is refused or left as it is. */
function patchFor(object: Json, state: State): readonly Operation[] | undefined {
  const request = { uid: 'u', operation: 'CREATE', namespace: 'default', resource, object };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
  const { httpStatus, text } = answerReview(Buffer.from(JSON.stringify(review)), state);
  expect(httpStatus, text).toBe(200);
  const { response } = JSON.parse(text);
  expect(response.uid).toBe('u');
  if (!response.allowed) expect(response.status.message).toMatch(/\[[a-z-]+\]/);
  return response.patch === undefined ? undefined : JSON.parse(Buffer.from(response.patch, 'base64').toString());
}

function withoutStatus(pod: GeneratedPod): GeneratedPod {
  const { metadata, ...rest } = structuredClone(pod) as { metadata: { annotations: Record<string, string> } };
  const { 'sidecar.io/status': _, ...annotations } = metadata.annotations;
  return { ...rest, metadata: { ...metadata, annotations } } as GeneratedPod;
}

describe('a review', { timeout: 7_200_000 }, () => {
  it.each([
    ['native', builtInState],
    ['classic', classicState],
  ])('gets an answer; its patch applies, is valid, and is all that is needed: %s', (form, state) => {
    let injected = 0;
    const law = (pod: GeneratedPod) => {
      const patch = patchFor(pod, state);
      if (!patch) return;
      injected += 1;
      const after = apply(patch, JSON.parse(JSON.stringify(pod)));
      const before = invalidIn(pod);
      expect([...invalidIn(after)].filter((text) => !before.has(text))).toEqual([]);
      expect(patchFor(after, state)).toBeUndefined();
      if (form === 'native') expect(pathsOf(patchFor(withoutStatus(after), state))).toEqual([statusPath]);
    };
    holdsFor(`reviews, ${form}`, pods, law, share);
    expect(injected / share, 'the share of generated pods that are injected').toBeGreaterThan(0.2);
  });
});

const statusPath = '/metadata/annotations/sidecar.io~1status';

function pathsOf(patch: readonly Operation[] | undefined): string[] {
  return (patch ?? []).map(({ path }) => path);
}
