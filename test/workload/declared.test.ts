// Kinds that an operator declares: how they are read, what is checked of them, and which entries of the webhook they
// get.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { objectEntries } from '../../src/state/object-entries.ts';
import { declaredKinds } from '../../src/workload/declared.ts';
import { kindOfObject, workloadKinds } from '../../src/workload/kinds.ts';
import { schemaProblem } from '../../src/workload/schema-path.ts';

const form = 'Write KIND.GROUP=PATH, such as Widget.example.com=spec.template.';
const badPath = 'The path of the pod template is not of the form spec.template, or spec.items.*.template.';

describe('a declared kind', () => {
  it('has the plural that is written, or the kind with an s, and a pod template for each declaration', () => {
    const { declared, kinds, problems } = declaredKinds([
      'Widget.example.com=spec.first',
      'Index.example.com/indices=spec.jobs.*.template',
      'Widget.example.com=spec.second',
    ]);
    expect(problems).toEqual([]);
    expect(declared).toEqual([
      { group: 'example.com', kind: 'Widget', resource: 'widgets', templates: ['spec.first', 'spec.second'] },
      { group: 'example.com', kind: 'Index', resource: 'indices', templates: ['spec.jobs.*.template'] },
    ]);
    expect(kinds).toEqual([...workloadKinds, ...declared]);
  });

  it('replaces what is known of a kind of another project, and keeps when its template is fixed', () => {
    const { kinds } = declaredKinds(['JobSet.jobset.x-k8s.io=spec.template']);
    expect(kinds).toHaveLength(workloadKinds.length);
    expect(kindOfObject(kinds, 'jobset.x-k8s.io/v1', 'JobSet')).toMatchObject({
      templates: ['spec.template'],
      fixed: 'unless-suspended',
    });
  });

  it.each([
    ['Widget=spec.template', form],
    ['widget.example.com=spec.template', form],
    [
      'Widget.apps=spec.template',
      'The group apps has no dot. Only kinds of custom resources can be declared: their groups have one.',
    ],
    ['Deployment.apps=spec.template', 'The injector knows Deployment already.'],
    ['Widget.Example=spec.template', form],
    ['Widget.example.com/Widgets=spec.template', form],
    ['Widget.example.com', form],
    ['Widget.example.com=', badPath],
    ['Widget.example.com=/spec/template', badPath],
    ['Widget.example.com=*.template', badPath],
    ['Widget.example.com=spec.*.*.template', badPath],
    ['Widget.example.com=spec.namespace.template', badPath],
    ["Widget.example.com=spec['x']", badPath],
  ])('%s is refused', (text, problem) => {
    expect(declaredKinds([text]).problems).toEqual([`${text}: ${problem}`]);
  });

  it('has entries of the webhook whose names differ, whatever the path begins with', () => {
    const { kinds } = declaredKinds([
      'Widget.example.com=spec.driver.template',
      'Gadget.example.com=spec.Driver.template',
      'Gadget.example.com=spec.*',
    ]);
    const names = objectEntries(kinds).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['carry-spec-driver-template-2', 'carry-spec-driver-template-3']));
  });
});

describe('the schema of a kind', () => {
  const string = { type: 'string' };
  const meta = { properties: { annotations: { additionalProperties: string } } };
  const document = (spec: JsonObject): JsonObject => ({
    components: {
      schemas: {
        'com.example.v1.Widget': {
          properties: { spec },
          'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
        },
        Meta: meta,
        Template: { properties: { metadata: { allOf: [{ $ref: '#/components/schemas/Meta' }], default: {} } } },
      },
    },
  });
  const template = { $ref: '#/components/schemas/Template' };
  const open = { 'x-kubernetes-preserve-unknown-fields': true };
  const [kind] = declaredKinds(['Widget.example.com=spec.jobs.*.template']).declared;
  const problemOf = (spec: JsonObject) => kind && schemaProblem(kind, document(spec), 'v1');

  it.each<[string, JsonObject]>([
    ['a list', { properties: { jobs: { items: { properties: { template } } } } }],
    ['a map', { properties: { jobs: { additionalProperties: { properties: { template } } } } }],
    ['unknown fields on the way', { properties: { jobs: { items: open } } }],
    [
      'unknown fields in the metadata',
      { properties: { jobs: { items: { properties: { template: { properties: { metadata: open } } } } } } },
    ],
    ['unknown fields beside known ones', { ...open, properties: { other: string } }],
  ])('has the pod template: %s', (_, spec) => {
    expect(problemOf(spec)).toBeUndefined();
  });

  it.each<[string, JsonObject, string]>([
    ['no field', { properties: { other: string } }, 'Widget of example.com/v1 has no field spec.jobs, so'],
    ['no items', { properties: { jobs: string } }, 'Widget of example.com/v1 has no field spec.jobs.*, so'],
    [
      'no annotations',
      {
        properties: { jobs: { items: { properties: { template: { properties: { metadata: { type: 'object' } } } } } } },
      },
      'The definition of Widget of example.com/v1 drops annotations at spec.jobs.*.template',
    ],
  ])('has none: %s', (_, spec, problem) => {
    expect(problemOf(spec)).toContain(problem);
  });

  it('docs/workloads.md shows what the log says', () => {
    const page = readFileSync(new URL('../../docs/workloads.md', import.meta.url), 'utf8');
    const [, log = ''] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
    const [widget] = declaredKinds(['Widget.example.com=spec.template']).declared;
    const bare = { template: { properties: { metadata: { type: 'object' } } } };
    const said = [{}, bare].map((properties) => widget && schemaProblem(widget, document({ properties }), 'v1'));
    expect(log.split('\n').slice(0, -1)).toEqual(said.map((each) => `a declared workload has no effect: ${each}`));
  });
});
