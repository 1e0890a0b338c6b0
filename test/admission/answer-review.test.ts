// The webhook without the network: what bytes it takes for a review, and what it answers.
import { describe, expect, it } from 'vitest';
import { plainText, responseText } from '../../src/admission/answer-review.ts';
import { answerTemplateReview } from '../../src/admission/answer-template-review.ts';
import { factsOf } from '../../src/admission/facts.ts';
import { readReview } from '../../src/admission/review.ts';
import type { State } from '../../src/state/state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { builtInState } from '../engine/state.ts';
import { policy } from '../policy/policy.ts';
import { answerReview } from './answer-review.ts';

const pods = { group: '', version: 'v1', resource: 'pods' };
const repo = { 'sidecar.io/git-repo': 'https://h/r' };
const pod = (annotations: object, metadata: object = {}) => ({
  metadata: { annotations, ...metadata },
  spec: { containers: [{ name: 'web' }] },
});

function review(request: object, more: object = {}): Buffer {
  const full = { uid: 'u', resource: pods, operation: 'CREATE', namespace: 'shop', ...request };
  return Buffer.from(
    JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: full, ...more }),
  );
}

function answered(request: object, state: State = builtInState) {
  const answer = answerReview(review(request), state);
  const { reviewed, contentType, text } = answer;
  return {
    ...answer,
    facts: reviewed && factsOf(reviewed.request, reviewed.outcome),
    review: contentType === 'application/json' ? JSON.parse(text) : undefined,
  };
}

describe('a body that is no review', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{', 'The body is not JSON. Send an AdmissionReview (admission.k8s.io/v1).'],
    ['null', 'null', 'The body is JSON, but not an AdmissionReview. Send one of admission.k8s.io/v1.'],
    ['a list', '[]', 'The body is JSON, but not an AdmissionReview. Send one of admission.k8s.io/v1.'],
    [
      'another kind',
      '{"kind":"Pod"}',
      'The body is JSON, but not an AdmissionReview. Send one of admission.k8s.io/v1.',
    ],
    [
      'no version',
      '{"kind":"AdmissionReview"}',
      'The apiVersion of the AdmissionReview is not a string. Send admission.k8s.io/v1.',
    ],
    [
      'another version',
      '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1"}',
      'The apiVersion of the AdmissionReview is "admission.k8s.io/v1beta1". Send admission.k8s.io/v1.',
    ],
    ['no request', review({}, { request: [] }).toString(), 'The AdmissionReview has no request.'],
    ['no uid', review({ uid: undefined }).toString(), 'The request of the AdmissionReview has no uid.'],
    ['an empty uid', review({ uid: '' }).toString(), 'The request of the AdmissionReview has no uid.'],
    ['a uid that is a number', review({ uid: 1 }).toString(), 'The request of the AdmissionReview has no uid.'],
  ])('%s: 400 with what to send instead, for pods and for templates', (_, body, message) => {
    const expected = { httpStatus: 400, text: `${message}\n`, contentType: 'text/plain; charset=utf-8' };
    for (const answer of [answerReview, answerTemplateReview])
      expect(answer(Buffer.from(body), builtInState)).toEqual(expected);
  });
});

describe('what is read of a request', () => {
  it('is every field that the answer, the log and the metrics need', () => {
    const object = pod({});
    const request = {
      ...{ operation: 'UPDATE', resource: { group: 'apps', version: 'v1', resource: 'deployments' } },
      ...{ subResource: 'scale', name: 'web-0', dryRun: true, object },
    };
    expect(readReview(review(request))).toEqual({
      request: {
        ...{ uid: 'u', resource: 'deployments.apps', subResource: 'scale', operation: 'UPDATE' },
        ...{ namespace: 'shop', name: 'web-0', dryRun: true, object },
      },
    });
  });

  it.each([{}, { resource: 'pods', subResource: 1, operation: null, namespace: [], name: {}, dryRun: 'true' }])(
    'is empty where the field is absent or has another type: %j',
    (fields) => {
      const none = { resource: undefined, operation: undefined, namespace: undefined };
      expect(readReview(review({ ...none, ...fields }))).toEqual({
        request: {
          ...{ uid: 'u', resource: '', subResource: '', operation: '', namespace: '', name: '' },
          ...{ dryRun: false, object: undefined },
        },
      });
    },
  );
});

describe('an answer', () => {
  it('to a pod with a sidecar is its patch', () => {
    const { httpStatus, contentType, review, facts } = answered({ object: pod(repo) });
    expect({ httpStatus, contentType }).toEqual({ httpStatus: 200, contentType: 'application/json' });
    expect(review).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: {
        ...{ uid: 'u', allowed: true, patchType: 'JSONPatch', patch: expect.any(String) },
        auditAnnotations: { decision: 'injected', sidecars: 'git' },
      },
    });
    const patch = JSON.parse(Buffer.from(review.response.patch, 'base64').toString());
    expect(facts?.outcome).toMatchObject({ kind: 'Injected', patch });
    expect(patch).toContainEqual(expect.objectContaining({ path: '/spec/initContainers' }));
  });

  it('to a pod that asks for nothing is neither a patch nor a warning', () => {
    const auditAnnotations = { decision: 'unchanged', codes: 'nothing-asked' };
    expect(answered({ object: pod({}) }).review.response).toEqual({ uid: 'u', allowed: true, auditAnnotations });
  });

  it('to a pod with a problem is a refusal with a message, in any language', () => {
    const { review, httpStatus } = answered({ object: pod({ ...repo, 'sidecar.io/git-period': 'zwölf 🕛' }) });
    expect(httpStatus).toBe(200);
    expect(review.response).toEqual({
      uid: 'u',
      allowed: false,
      status: { code: 422, reason: 'Invalid', message: expect.stringContaining('"zwölf 🕛"') },
      auditAnnotations: { decision: 'refused', codes: 'bad-duration' },
    });
    expect(review.response.status.message).not.toContain('problems');
  });

  it('lists several problems by number', () => {
    const { review } = answered({ object: pod({ 'sidecar.io/a': 'x', 'sidecar.io/b': 'x' }) });
    const lines: string[] = review.response.status.message.split('\n');
    expect(lines[0]).toBe('2 problems with the sidecars of this pod:');
    expect(lines[1]).toMatch(/^1\. .*sidecar\.io\/a/);
    expect(lines[2]).toMatch(/^2\. .*sidecar\.io\/b/);
    expect(lines).toHaveLength(3);
  });

  it('lists up to 20 problems, and counts the others', () => {
    const wrong = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`sidecar.io/zzz-${i}`, 'x']));
    const linesFor = (count: number): string[] =>
      answered({ object: pod(wrong(count)) }).review.response.status.message.split('\n');
    expect(linesFor(20)).toHaveLength(21);
    expect(linesFor(20).at(-1)).toMatch(/^20\. /);
    expect(linesFor(21)).toHaveLength(22);
    expect(linesFor(21).slice(-2)).toEqual([expect.stringMatching(/^20\. /), '… and 1 more']);
  });

  it('has the warnings of a pod that is admitted, with or without a patch', () => {
    const namespaces = new Map([['shop', { annotations: { 'sidecar.io/gti': 'true' } }]]);
    const warnings = [expect.stringContaining('Did you mean sidecar.io/git?')];
    for (const annotations of [{}, repo])
      expect(answered({ object: pod(annotations) }, { ...builtInState, namespaces }).review.response).toMatchObject({
        allowed: true,
        warnings,
      });
  });

  it('shows what a policy finds that warns, not what one finds that only counts', () => {
    const messages = (action: 'Warn' | 'Audit') => {
      const facts = { annotations: {}, policies: [policy('no-git', { forbid: ['git'], action })] };
      return answered({ object: pod(repo) }, { ...builtInState, namespaces: new Map([['shop', facts]]) }).review
        .response.warnings;
    };
    expect(messages('Warn')).toEqual([expect.stringContaining('no-git')]);
    expect(messages('Audit')).toBeUndefined();
  });

  it('to a defect is a 500, so that the failurePolicy decides', () => {
    const broken = { ...builtInState, catalog: undefined } as unknown as State;
    const { httpStatus, text, contentType, facts } = answered({ object: pod(repo) }, broken);
    expect({ httpStatus, contentType }).toEqual({ httpStatus: 500, contentType: 'text/plain; charset=utf-8' });
    expect(text).toMatch(/^The injector failed: .*\n$/s);
    expect(facts).toMatchObject({ uid: 'u', namespace: 'shop', outcome: { kind: 'Failed' } });
  });

  it.each<[object, string]>([
    [{ operation: 'UPDATE' }, 'UPDATE of pods'],
    [{ subResource: 'binding' }, 'CREATE of pods/binding'],
    [{ resource: { group: 'apps', resource: 'pods' } }, 'CREATE of pods.apps'],
    [
      { operation: 'DELETE', resource: { group: '', resource: 'nodes' }, subResource: 'status' },
      'DELETE of nodes/status',
    ],
  ])('to anything but the creation of a pod changes nothing: %j', (fields, subject) => {
    const { review, facts } = answered({ object: pod(repo), ...fields });
    const auditAnnotations = { decision: 'unchanged', codes: 'not-a-pod' };
    expect(review.response).toEqual({ uid: 'u', allowed: true, auditAnnotations });
    expect(facts?.outcome).toEqual({
      kind: 'Unchanged',
      reasons: [
        {
          code: 'not-a-pod',
          path: '',
          message: `Only the creation of pods is handled; the request is ${subject}.`,
        },
      ],
      sidecars: [],
      warnings: [],
    });
  });

  it.each<[object, string]>([
    [{ name: 'web-0', object: pod({}, { generateName: 'web-' }) }, 'web-0'],
    [{ object: pod({}, { generateName: 'web-' }) }, 'web-'],
    [{ object: pod({}, { generateName: 1 }) }, ''],
    [{ object: { metadata: [] } }, ''],
    [{}, ''],
  ])('names the pod as well as it can: %j', (fields, name) => {
    expect(answered({ dryRun: true, ...fields }).facts).toMatchObject({
      uid: 'u',
      namespace: 'shop',
      dryRun: true,
      name,
    });
  });

  it('is JSON with the patch at its end', () => {
    expect(JSON.parse(responseText({ uid: 'ü' }, 'e30='))).toMatchObject({
      response: { uid: 'ü', patchType: 'JSONPatch', patch: 'e30=' },
    });
    expect(JSON.parse(responseText({ uid: 'u' })).response).toEqual({ uid: 'u' });
    expect(plainText(413, 'Too long.')).toEqual({
      httpStatus: 413,
      text: 'Too long.\n',
      contentType: 'text/plain; charset=utf-8',
    });
  });
});

describe('a template', () => {
  const reviewed = (object: unknown, state: State = builtInState) => {
    const { httpStatus, contentType, text } = answerTemplateReview(review({ object }), state);
    expect({ httpStatus, contentType }).toEqual({ httpStatus: 200, contentType: 'application/json' });
    const { response, ...rest } = JSON.parse(text);
    expect(rest).toEqual({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
    expect(response.uid).toBe('u');
    return response;
  };
  const allowed = { uid: 'u', allowed: true };

  it('with very many problems gets the first of them, and how many more there are', () => {
    const args = Array.from({ length: 5000 }, (_, i) => i);
    const containers = [{ name: '${ instance.id }', image: 'hello', args }];
    const { status } = reviewed(template('hello', { containers }));
    expect(status.message.split('; ')).toHaveLength(21);
    expect(status.message).toMatch(/; … and \d{4} more$/);
    expect(status.message.length).toBeLessThan(10_000);
  });

  it('that is fine is allowed, whatever the API server keeps about it', () => {
    const { metadata, ...rest } = template('hello');
    const kept = { ...metadata, uid: 'x', generation: 2, managedFields: [{}], labels: { a: 'b' } };
    expect(reviewed({ ...rest, metadata: kept, status: { conditions: [] } })).toEqual(allowed);
    expect(reviewed(template('hello', {}, 'shop'))).toEqual(allowed);
  });

  it.each([
    ['absent, as in a deletion', undefined],
    ['null', null],
    ['without metadata', { spec: 1 }],
    ['whose metadata is a list', { metadata: [] }],
    ['without a name yet', { metadata: { generateName: 'a' } }],
  ])('that is %s is none of ours to judge', (_, object) => expect(reviewed(object)).toEqual(allowed));

  it('with problems is refused with all of them', () => {
    const response = reviewed({ ...template('hello', { summary: 1, image: 2 }), apiVersion: 'sidecar.io/v9' });
    expect(response).toMatchObject({ allowed: false, status: { code: 422, reason: 'Invalid' } });
    expect(response.status.message.split('; ')).toEqual([
      expect.stringMatching(/^apiVersion: /),
      expect.stringMatching(/^spec\.summary: /),
      expect.stringMatching(/^spec\.image: /),
    ]);
    expect(response.warnings).toBeUndefined();
  });

  it('is judged by its kind and namespace', () => {
    expect(reviewed({ ...template('hello'), kind: 'Pod' }).status.message).toMatch(/^kind: /);
    expect(reviewed(template('git')), 'a template of the cluster replaces a built-in').toEqual(allowed);
    expect(reviewed(template('git', {}, 'shop')).status.message).toContain('a sidecar named git exists');
  });

  it('with a slip in its order is allowed with a warning', () => {
    expect(reviewed(template('hello', { order: { before: ['gti'] } }))).toEqual({
      ...allowed,
      warnings: [expect.stringContaining('Did you mean git?')],
    });
  });
});
