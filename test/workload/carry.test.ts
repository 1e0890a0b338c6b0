// How a workload's annotations reach its pod templates: edits, and what is left alone.
import { describe, expect, it } from 'vitest';
import { decideObject } from '../../src/admission/answer-object-review.ts';
import type { ReviewRequest } from '../../src/admission/review.ts';
import { isObject, type Json, type JsonObject } from '../../src/core/json.ts';
import { patched } from '../../src/yaml-edit/edit-document.ts';
import { builtInState } from '../engine/state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const carries = { 'sidecar.io/from-workload': '{"topz":"true"}' };
const spec = { containers: [{ name: 'web' }] };

function workload(
  annotations: Json,
  template: JsonObject,
  more: { metadata?: object; spec?: object } = {},
): JsonObject {
  return { metadata: { name: 'web', annotations, ...more.metadata }, spec: { template, ...more.spec } };
}

/** What is stored, and the codes of the warnings. */
function written(object: JsonObject, old?: JsonObject, resource = 'deployments.apps') {
  const operation = old ? 'UPDATE' : 'CREATE';
  const names = { uid: 'u', subResource: '', namespace: 'shop', name: 'web', dryRun: false };
  const request: ReviewRequest = { ...names, resource, operation, object, oldObject: old };
  const { edits, problems, warnings } = decideObject(request, builtInState);
  expect(problems).toEqual([]);
  const stored = patched(object, edits);
  if (!isObject(stored)) throw new Error('the edits do not apply');
  return { stored, warnings: warnings.map(({ code }) => code) };
}

const templateIn = ({ spec: { template } }: { spec: { template: Json } }) => template;
const stored = (...request: Parameters<typeof written>) => templateIn(written(...request).stored as never); // workloads

describe('a pod template', () => {
  it.each<[string, JsonObject]>([
    ['without metadata', { spec }],
    ['with null as metadata', { metadata: null, spec }],
    ['without annotations', { metadata: { labels: { app: 'web' } }, spec }],
    ['with null as annotations', { metadata: { annotations: null }, spec }],
    ['with annotations', { metadata: { annotations: { 'a/b': 'c~d' } }, spec }],
  ])('%s carries what the workload says, and nothing when that is gone', (_, template) => {
    const carrying = written(workload(topz, template));
    expect(carrying).toMatchObject({
      warnings: [],
      stored: { spec: { template: { metadata: { annotations: carries } } } },
    });
    const without = stored({ ...carrying.stored, metadata: { name: 'web' } }, carrying.stored);
    const emptied = isObject(template.metadata) ? template.metadata : {};
    const { annotations: _none, ...plain } = emptied;
    const left = isObject(emptied.annotations) ? emptied : plain;
    expect(without).toEqual(Object.keys(left).length > 0 ? { metadata: left, spec } : { spec });
  });

  it('overrides the workload: its own keys are not carried, and all others are, in one order', () => {
    const says = { 'sidecar.io/topz-port': '21999', 'sidecar.io/topz': 'true', 'sidecar.io/status': 'x', other: 'x' };
    const template = { metadata: { annotations: { 'sidecar.io/topz': 'true' } }, spec };
    expect(stored(workload(says, template))).toMatchObject({
      metadata: { annotations: { 'sidecar.io/topz': 'true', 'sidecar.io/from-workload': '{"topz-port":"21999"}' } },
    });
  });

  it('that was changed by hand is written again, with a warning', () => {
    const byHand = { metadata: { annotations: { 'sidecar.io/from-workload': '{"git":"true"}' } }, spec };
    const created = written(workload(topz, byHand));
    expect(created.warnings).toEqual(['written-by-injector']);
    expect(templateIn(created.stored as never)).toMatchObject({ metadata: { annotations: carries } });
    const right = workload(topz, { metadata: { annotations: carries }, spec });
    expect(written(workload(topz, byHand), right).warnings).toEqual(['written-by-injector']);
    expect(written(right).warnings, 'as kubectl get -o yaml exports it').toEqual([]);
  });

  it('of a StatefulSet is not undone without its annotations', () => {
    const right = workload(topz, { metadata: { annotations: carries }, spec });
    const undone = workload(topz, { metadata: { annotations: {} }, spec });
    expect(written(undone, right, 'statefulsets.apps').warnings).toEqual(['written-by-injector']);
    expect(written(undone, right).warnings, 'a Deployment that is replaced by its manifest').toEqual([]);
    expect(stored(undone, right, 'statefulsets.apps')).toMatchObject({ metadata: { annotations: carries } });
  });
});

describe('a Job', () => {
  const carrying = { metadata: { annotations: carries }, spec };
  it('that has started keeps what its template carries', () => {
    const old = workload({}, { metadata: {}, spec });
    const now = written(workload(topz, { metadata: {}, spec }), old, 'jobs.batch');
    expect(now).toEqual({ stored: workload(topz, { metadata: {}, spec }), warnings: ['template-fixed'] });
    const running = workload(topz, carrying);
    expect(stored(workload({}, carrying), running, 'jobs.batch')).toEqual(carrying);
    const bare = written(workload(topz, { metadata: {}, spec }), running, 'jobs.batch');
    expect([templateIn(bare.stored as never), bare.warnings]).toEqual([carrying, []]);
  });

  it('that is suspended may change', () => {
    const old = workload({}, { metadata: {}, spec }, { spec: { suspend: true } });
    expect(stored(workload(topz, { metadata: {}, spec }), old, 'jobs.batch')).toMatchObject(carrying);
  });
});

describe('a workload of a controller', () => {
  const owned = (kind: string) => ({
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind, name: 'x', uid: 'u', controller: true }] },
  });
  const copy = { metadata: { annotations: carries }, spec };

  it.each(['Deployment', 'Revision', 'Rollout', 'Pod'])('made by a %s is a copy, and left alone', (kind) => {
    for (const says of [{}, topz, { 'sidecar.io/topz-port': '21999' }]) {
      const object = workload(says, copy, owned(kind));
      expect(written(object)).toEqual({ stored: object, warnings: [] });
    }
  });

  it('made by another one can be annotated, with a warning, and is left alone without annotations', () => {
    const made = workload({}, copy, owned('Database'));
    expect(written(made)).toEqual({ stored: made, warnings: [] });
    const annotated = written(workload(topz, { spec }, owned('Database')), workload({}, { spec }, owned('Database')));
    expect(annotated).toMatchObject({ warnings: ['owned-workload'], stored: { spec: { template: copy } } });
  });
});

describe('pods that change later', () => {
  it.each<[string, object, string[]]>([
    ['paused', { paused: true }, ['changes-later']],
    ['OnDelete', { updateStrategy: { type: 'OnDelete' } }, ['changes-later']],
    ['a partition', { updateStrategy: { rollingUpdate: { partition: 2 } } }, ['changes-later']],
    ['no partition', { updateStrategy: { rollingUpdate: { partition: 0 } } }, []],
  ])('%s', (_, more, warnings) => {
    const old = workload({}, { spec }, { spec: more });
    expect(written(workload(topz, { spec }, { spec: more }), old, 'statefulsets.apps').warnings).toEqual(warnings);
    const carrying = written(workload(topz, { spec }, { spec: more })).stored;
    expect(written(carrying, carrying, 'statefulsets.apps').warnings).toEqual([]);
  });
});

it('a custom resource whose definition drops annotations gets a warning, and one without a template too', () => {
  const bare = workload(topz, { spec });
  expect(written(bare, bare, 'rollouts.argoproj.io').warnings).toEqual(['annotations-lost']);
  expect(written({ metadata: { annotations: topz }, spec: {} }, undefined, 'rollouts.argoproj.io').warnings).toEqual([
    'no-pod-template',
  ]);
});

it('the pod template of a virtual machine carries, and is not taken for that of a pod', () => {
  const machine = workload(topz, { spec: { domain: {} } });
  expect(stored(machine, undefined, 'virtualmachines.kubevirt.io')).toMatchObject({
    metadata: { annotations: carries },
  });
});
