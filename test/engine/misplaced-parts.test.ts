// Where the annotations of an object have no effect on its pods.
import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { misplacedIn, type ObjectRole } from '../../src/engine/misplaced-parts.ts';

const topz = { 'sidecar.io/topz': 'true' };
const says = { annotations: topz };
const spec = { containers: [{ name: 'web' }] };
const template = { metadata: {}, spec };
const message = (from: string, to: string, field = 'annotations') =>
  `${from}.${field}['sidecar.io/topz'] has no effect. Write ${to}.annotations['sidecar.io/topz'] instead.`;
const deployment = (metadata: JsonObject, more: JsonObject = {}, ofTemplate: Json = template) => ({
  ...{ metadata, spec: { ...more, template: ofTemplate } },
});
const deep = (levels: number): JsonObject => (levels === 0 ? template : { a: deep(levels - 1) });

it.each<[string, JsonObject, ObjectRole, string[]]>([
  ['a pod', { metadata: says, spec }, 'pod', []],
  ['a label of a pod', { metadata: { labels: topz }, spec }, 'pod', [message('metadata', 'metadata', 'labels')]],
  ['a workload', deployment(says), 'workload', []],
  ['its template', deployment({}, {}, { metadata: says, spec }), 'workload', []],
  [
    'a label of a workload',
    deployment({ labels: topz }),
    'workload',
    [message('metadata', 'spec.template.metadata', 'labels')],
  ],
  ['an object of another kind', deployment(says), 'other', [message('metadata', 'spec.template.metadata')]],
  ['an object of another kind with containers of its own', { metadata: says, spec }, 'other', []],
  [
    'something between the object and its template',
    { metadata: {}, spec: { jobTemplate: { metadata: says, spec: { template } } } },
    'workload',
    [message('spec.jobTemplate.metadata', 'spec.jobTemplate.spec.template.metadata')],
  ],
  [
    'something in a list',
    { metadata: {}, spec: { jobs: [{ metadata: says, template }, template] } },
    'workload',
    [message('spec.jobs[0].metadata', 'spec.jobs[0].template.metadata')],
  ],
  ['something without a template below', { metadata: {}, spec: { a: { metadata: says }, template } }, 'workload', []],
  ['the status', { ...deployment({}), status: { a: { metadata: says, template } } }, 'workload', []],
  ['a template in the metadata', { metadata: { ...says, a: template } }, 'other', []],
  [
    'a template 38 levels below',
    { metadata: says, a: deep(38) },
    'other',
    [message('metadata', `${'a.'.repeat(39)}metadata`)],
  ],
  ['a template 40 levels below', { metadata: says, a: deep(40) }, 'other', []],
  ['a label of a namespace', { metadata: { labels: topz } }, 'namespace', [message('metadata', 'metadata', 'labels')]],
  [
    'the label of a namespace that counts',
    { metadata: { labels: { 'sidecar.io/inject': 'enabled' } } },
    'namespace',
    [],
  ],
])('%s', (_, object, role, messages) => {
  expect(misplacedIn(object, role)).toEqual(messages);
});
