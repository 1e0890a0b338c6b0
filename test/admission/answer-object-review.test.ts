import { expect, it } from 'vitest';
import { answerObject, decideObject } from '../../src/admission/answer-object-review.ts';
import type { Json } from '../../src/core/json.ts';
import { builtInState } from '../engine/state.ts';

const request = {
  ...{ uid: 'u', resource: 'namespaces', subResource: '', operation: 'UPDATE', namespace: 'shop', name: 'shop' },
  ...{ dryRun: false, oldObject: undefined as Json | undefined },
};
const inject = 'sidecar.io/inject';
const topz = { 'sidecar.io/topz': 'true' };
const namespace = (annotations?: Json, labels?: Json): Json => ({
  ...{ apiVersion: 'v1', kind: 'Namespace' },
  metadata: { name: 'shop', ...(annotations ? { annotations } : {}), ...(labels ? { labels } : {}) },
});

/** The answer, its patch decoded. */
function answerTo(object: Json | undefined, more: Partial<typeof request> = {}) {
  const reviewed = { ...request, ...more, object };
  const { httpStatus, text, decided } = answerObject(reviewed, decideObject(reviewed, builtInState));
  expect(httpStatus).toBe(200);
  const { patch, ...response } = JSON.parse(text).response;
  return { ...response, decided, patch: patch && JSON.parse(Buffer.from(patch, 'base64').toString()) };
}

it.each<[string, Json, object]>([
  ['without labels', namespace(topz), { op: 'add', path: '/metadata/labels', value: { [inject]: 'enabled' } }],
  [
    'with labels',
    namespace(topz, { team: 'web' }),
    { op: 'add', path: '/metadata/labels/sidecar.io~1inject', value: 'enabled' },
  ],
])('a namespace %s that asks for a sidecar gets the label', (_, object, operation) => {
  const answer = answerTo(object);
  expect(answer).toMatchObject({ uid: 'u', allowed: true, patchType: 'JSONPatch', patch: [operation] });
  expect(answer.warnings).toBeUndefined();
  expect(answer.decided).toMatchObject({ resource: 'namespaces', name: 'shop', outcome: 'changed', messages: [] });
});

it.each<[string, Json | undefined, Partial<typeof request>]>([
  ['that asks for nothing', namespace(), {}],
  ['that turns injection off', namespace({ [inject]: 'false' }), {}],
  ['that has annotations of others', namespace({ 'example.com/topz': 'true' }), {}],
  ['whose annotation is a number', namespace({ 'sidecar.io/topz': 1 }), {}],
  ['whose metadata is a text', { metadata: 'shop' }, {}],
  ['with more annotations than Kubernetes allows', namespace({ ...topz, long: 'x'.repeat(256 * 1024) }), {}],
  ['that has the label', namespace(topz, { [inject]: 'enabled' }), {}],
  ['whose status is written', namespace(topz), { subResource: 'status' }],
  ['that is deleted', undefined, { operation: 'DELETE' }],
])('a namespace %s stays as it is', (_, object, more) => {
  const { decided, ...answer } = answerTo(object, more);
  expect(answer).toEqual({ uid: 'u', allowed: true, patch: undefined });
  expect(decided).toMatchObject({ outcome: 'unchanged', codes: '', messages: [] });
});

it('a label that nothing needs any more is left with a warning, unless it was not there for annotations', () => {
  const labelled = namespace(undefined, { [inject]: 'enabled' });
  const left = answerTo(labelled, { oldObject: namespace(topz, { [inject]: 'enabled' }) });
  expect(left).toMatchObject({
    allowed: true,
    patch: undefined,
    decided: { outcome: 'unchanged', codes: 'label-left' },
  });
  expect(left.warnings.join()).toContain(`kubectl label namespace shop ${inject}-`);
  const off = answerTo(namespace(undefined, { [inject]: 'disabled' }), { oldObject: namespace(topz) });
  expect(off.warnings, 'a label with another value causes no calls').toBeUndefined();
  expect(answerTo(labelled, { oldObject: labelled }).warnings).toBeUndefined();
});

it('a wrong annotation of a namespace is a warning, and a label that switches it off stays', () => {
  const wrong = answerTo(namespace({ 'sidecar.io/topzz': 'true' }));
  expect(wrong).toMatchObject({ allowed: true, decided: { codes: 'unknown-annotation' } });
  expect(wrong.warnings.join()).toContain('topz');
  const off = answerTo(namespace(topz, { [inject]: 'disabled' }));
  expect(off).toMatchObject({ allowed: true, patch: undefined, decided: { codes: 'label-off' } });
  expect(off.warnings).toEqual([expect.stringContaining('"disabled"')]);
  const meant = answerTo(namespace(undefined, { [inject]: 'True' }));
  expect(meant).toMatchObject({ allowed: true, patch: undefined, decided: { codes: 'label-off' } });
  expect(meant.warnings).toEqual([
    expect.stringContaining(`labels['${inject}'] is "True", which has no effect. Write "enabled".`),
  ]);
});

it('a sidecar key among the labels of a namespace has no effect, which is said', () => {
  const answer = answerTo(namespace(undefined, topz));
  expect(answer).toMatchObject({ allowed: true, decided: { outcome: 'unchanged', codes: 'misplaced-key' } });
  expect(answer.warnings).toEqual([expect.stringContaining("Write metadata.annotations['sidecar.io/topz'] instead.")]);
});

it('a workload with a wrong annotation is refused, and nothing of it is changed', () => {
  const object = {
    ...{
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', annotations: { 'sidecar.io/topzz': 'true' } },
    },
    spec: { template: { metadata: {}, spec: { containers: [{ name: 'web', image: 'web' }] } } },
  };
  const answer = answerTo(object, { resource: 'deployments.apps', operation: 'CREATE', name: 'web' });
  expect(answer).toMatchObject({ allowed: false, patch: undefined, status: { code: 422, reason: 'Invalid' } });
  expect(answer.status.message).toContain('topzz');
  const wrong = { ...object, metadata: { annotations: { 'sidecar.io/topzz': 'x', 'sidecar.io/gti': 'x' } } };
  const several = answerTo(wrong, { resource: 'deployments.apps', operation: 'CREATE', name: 'web' });
  expect(several.status.message).toMatch(/^2 problems with the sidecars of this workload:\n1\. /);
  expect(answer.decided).toMatchObject({ outcome: 'refused', codes: 'unknown-annotation', name: 'web' });
});

it('a resource that has no pod template is admitted as it is', () => {
  const answer = answerTo({ ...Object(namespace(topz)) }, { resource: 'configmaps' });
  expect(answer).toMatchObject({ allowed: true, patch: undefined, decided: { outcome: 'unchanged' } });
});
