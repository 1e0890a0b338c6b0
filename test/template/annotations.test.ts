import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { inject } from '../../src/engine/inject.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import { builtInState, warningsOf } from '../engine/state.ts';
import { apply } from '../laws/weave.ts';

const parameters = [
  { name: 'port', type: 'port', default: 20000, description: 'x' },
  { name: 'tell', type: 'boolean', default: true, description: 'x' },
  { name: 'path', type: 'path', default: "${ params.port == 20001 ? '/one' : dyn(null) }", description: 'x' },
];
const annotations = { $if: '${ params.tell }', 'example.com/port': '${ params.port }', 'example.com/scrape': 'true' };

function compiled(spec: object) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: {
      ...{ summary: 'x', failurePolicy: 'Ignore', image: 'x', parameters, annotations },
      ...{ containers: [{ name: '${ instance.id }', args: ['${ params.path == null }'] }], ...spec },
    },
  });
}

const template = compiled({});
if ('problems' in template) throw new Error(JSON.stringify(template.problems));
const state = { ...builtInState, catalog: buildCatalog([template]).catalog };

/** The pod's annotations after the injection, without those of the injector; and it is stable. */
function annotated(written: Record<string, Json>, warnings: readonly string[] = []): JsonObject {
  const own = { 'sidecar.io/demo': 'true', ...written };
  const pod: JsonObject = { metadata: { annotations: own }, spec: { containers: [{ name: 'web' }] } };
  const outcome = inject({ pod, namespace: 'default' }, state);
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  expect(warningsOf(outcome)).toEqual(warnings);
  for (const warning of outcome.warnings) expect(warning).toMatchObject({ code: 'annotations-kept', sidecar: 'demo' });
  const woven = apply(outcome.patch, pod);
  expect(inject({ pod: woven, namespace: 'default' }, state)).toMatchObject({ kind: 'Unchanged', warnings: [] });
  const all = (woven.metadata as { annotations: JsonObject }).annotations;
  return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('sidecar.io/')));
}

const ours = { 'example.com/port': '20000', 'example.com/scrape': 'true' };

describe('annotations of a template', () => {
  it('are added to the pod, as texts', () => {
    expect(annotated({})).toEqual(ours);
    expect(annotated({ 'sidecar.io/demo-port': '20001' })).toEqual({ ...ours, 'example.com/port': '20001' });
    expect(annotated({ 'sidecar.io/demo-tell': 'false' })).toEqual({});
  });

  it('complete what the pod says already, where that is the same', () => {
    expect(annotated({ 'example.com/scrape': 'true', other: 'x' })).toEqual({ ...ours, other: 'x' });
  });

  it.each([{ 'example.com/port': '8080' }, { 'example.com/scrape': 'false' }, { 'example.com/scrape': '' }])(
    'are left out altogether where the pod says %o',
    (written) => {
      const [key = '', value = ''] = Object.entries(written)[0] ?? [];
      const warning = `metadata.annotations['${key}'] is "${value}": the sidecar demo sets none of example.com/port, example.com/scrape`;
      expect(annotated(written, [warning])).toEqual(written);
    },
  );

  it('that are not wanted are not missed', () => {
    const written = { 'sidecar.io/demo-tell': 'false', 'example.com/port': '8080' };
    expect(annotated(written)).toEqual({ 'example.com/port': '8080' });
  });

  it('are those of the first instance, where two say different things', () => {
    const warning =
      'metadata.annotations[\'example.com/port\'] is "20000": the sidecar demo.b sets none of example.com/port, example.com/scrape';
    expect(annotated({ 'sidecar.io/demo.b': 'true', 'sidecar.io/demo-port.b': '20001' }, [warning])).toEqual(ours);
  });

  it.each<[string, object]>([
    ['the injector itself', { 'sidecar.io/status': 'x' }],
    ['its files', { 'files.sidecar.io/x': 'x' }],
    ['no valid key', { 'a b': 'x' }],
    ['a list', { 'example.com/list': ['x'] }],
    ['nothing', { 'example.com/null': '${ params.path }' }],
  ])('are refused when the template is read: %s', (_, wrong) => {
    expect(compiled({ annotations: wrong })).toHaveProperty('problems');
  });
});

it('a default that gives null is none', () => {
  const pod = (port: string) => ({
    metadata: { annotations: { 'sidecar.io/demo': 'true', 'sidecar.io/demo-port': port } },
    spec: { containers: [{ name: 'web' }] },
  });
  expect(JSON.stringify(inject({ pod: pod('20001'), namespace: 'default' }, state))).toContain('"args":["false"]');
  expect(JSON.stringify(inject({ pod: pod('20002'), namespace: 'default' }, state))).toContain('"args":["true"]');
});
