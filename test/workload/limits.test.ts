// A workload costs little, however many pod templates it has and whatever is in them.
import { describe, expect, it } from 'vitest';
import { answerObject, decideObject } from '../../src/admission/answer-object-review.ts';
import type { ReviewRequest } from '../../src/admission/review.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { builtInState } from '../engine/state.ts';

const topz = { 'sidecar.io/topz': 'true' };
const template = (annotations = {}, containers = 1): JsonObject => ({
  metadata: { annotations },
  spec: { containers: Array.from({ length: containers }, (_, i) => ({ name: `c${i}` })) },
});
const cluster = (annotations: object, templates: readonly JsonObject[]): JsonObject => ({
  metadata: { name: 'ray', annotations: annotations as JsonObject },
  spec: { workerGroupSpecs: templates.map((each) => ({ template: each })) },
});
const many = (count: number, each = template()) => Array.from({ length: count }, () => each);

function decided(object: JsonObject, old?: JsonObject, resource = 'rayclusters.ray.io') {
  const names = { uid: 'u', subResource: '', namespace: 'shop', name: 'ray', dryRun: false };
  const request: ReviewRequest = { ...names, resource, operation: old ? 'UPDATE' : 'CREATE', object, oldObject: old };
  const { user } = process.cpuUsage();
  const decision = decideObject(request, builtInState);
  const { text } = answerObject(request, decision);
  const codes = (list: readonly { readonly code: string }[]) => list.map(({ code }) => code);
  return {
    edits: decision.edits.length,
    problems: codes(decision.problems),
    warnings: codes(decision.warnings),
    milliseconds: (process.cpuUsage().user - user) / 1000,
    bytes: text.length,
  };
}

describe('a workload with many pod templates', () => {
  it('carries its annotations to 100 of them, and is refused with more', () => {
    expect(decided(cluster(topz, many(100)))).toMatchObject({ edits: 100, problems: [], warnings: ['not-tried'] });
    expect(decided(cluster(topz, many(101)))).toMatchObject({ edits: 0, problems: ['too-many-pod-templates'] });
  });

  it('is refused with fewer where the annotations are long, but not where there is one pod template', () => {
    const long = { 'sidecar.io/topz-hosts': 'a'.repeat(60_000), ...topz };
    expect(decided(cluster(long, many(9)))).toMatchObject({ edits: 0, problems: ['too-many-pod-templates'] });
    expect(decided(cluster(long, many(1))).edits).toBe(1);
  });

  it('is only warned about where it was so before, and let alone where it says nothing', () => {
    const stored = cluster(topz, many(101));
    expect(decided(stored, stored)).toMatchObject({ edits: 0, problems: [], warnings: ['too-many-pod-templates'] });
    expect(decided(stored, cluster({}, many(101)))).toMatchObject({ problems: ['too-many-pod-templates'] });
    expect(decided(cluster({}, many(101)))).toMatchObject({ edits: 0, problems: [] });
  });

  it('has injection tried on the first 16, and on few containers after the first', () => {
    const wrong = template({ 'sidecar.io/topzz': 'true' });
    expect(decided(cluster({}, [...many(15), wrong]))).toMatchObject({
      problems: ['unknown-annotation'],
      warnings: [],
    });
    expect(decided(cluster({}, [...many(16), wrong]))).toMatchObject({ problems: [], warnings: ['not-tried'] });
    const large = template({}, 201);
    expect(decided(cluster({}, [large, wrong]))).toMatchObject({ problems: ['unknown-annotation'] });
    expect(decided(cluster({}, [wrong, large]))).toMatchObject({
      problems: ['unknown-annotation'],
      warnings: ['not-tried'],
    });
  });

  it('costs little: 20,000 of them with 32 sidecars each', () => {
    const git = (i: number) => [`sidecar.io/git-repo.x${i}`, 'https://git.example.com/a.git'] as const;
    const sidecars = Object.fromEntries(Array.from({ length: 32 }, (_, i) => git(i)));
    const { milliseconds, bytes } = decided(cluster(sidecars, many(20_000)));
    expect(bytes).toBeLessThan(1024);
    expect(milliseconds, 'of processor time, on a busy machine').toBeLessThan(1000);
  });
});

it('a workload with more annotations than Kubernetes allows is refused before anything is tried', () => {
  const keys = Array.from({ length: 80_000 }, (_, i) => [`sidecar.io/zonfig-memory-l${i}`, 'x'] as const);
  const object = { metadata: { annotations: Object.fromEntries(keys) }, spec: { template: template() } };
  const { milliseconds, ...rest } = decided(object, undefined, 'deployments.apps');
  expect(rest).toMatchObject({ edits: 0, problems: ['annotation-too-large'], warnings: [] });
  expect(milliseconds, 'of processor time, on a busy machine').toBeLessThan(500);
});

it('a deep object is looked through to a depth, and fails nothing', () => {
  let deep: JsonObject = {};
  for (let i = 0; i < 9000; i++) deep = { a: deep };
  const object = { metadata: { name: 'web', annotations: topz }, spec: { deep, template: template() } };
  expect(decided(object, undefined, 'rollouts.argoproj.io')).toMatchObject({ edits: 1, problems: [], warnings: [] });
});

it('a namespace with more annotations than the API server takes is left to the API server', () => {
  const keys = Array.from(
    { length: 20_000 },
    (_, i) => [`sidecar.io/git-repo.x${i}`, 'https://git.example.com'] as const,
  );
  const object = { metadata: { name: 'shop', annotations: Object.fromEntries(keys) } };
  expect(decided(object, undefined, 'namespaces')).toMatchObject({ edits: 0, problems: [], warnings: [] });
});

describe('a workload with thousands of', () => {
  const annotations = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`example.com/a${i}`, 'x']));

  it('annotations of others and pod templates costs little', () => {
    const { milliseconds, ...rest } = decided(cluster(annotations, many(5000)));
    expect(rest).toMatchObject({ edits: 0, problems: [], warnings: ['not-tried'] });
    expect(milliseconds, 'of processor time, on a busy machine').toBeLessThan(1000);
  });

  it('claim templates and volumes costs little', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => ({ name: `v${i}` }));
    const claims = names.map((metadata) => ({ metadata }));
    const volumes = names.map(({ name }) => ({ name: `x${name}`, emptyDir: {} }));
    const pod = { metadata: { annotations: topz }, spec: { containers: [{ name: 'c' }], volumes } };
    const object = { metadata: { name: 'db' }, spec: { template: pod, volumeClaimTemplates: claims } };
    const { milliseconds, ...rest } = decided(object, undefined, 'statefulsets.apps');
    expect(rest).toMatchObject({ problems: [], warnings: [] });
    expect(milliseconds, 'of processor time, on a busy machine').toBeLessThan(1000);
  });
});
