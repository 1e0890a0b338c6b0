// Pod templates that are no whole pods: the command line and the webhook make the same of them.
import { describe, expect, it } from 'vitest';
import { reviewWorkload } from '../../src/admission/review-workload.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { kindOfObject, workloadKinds } from '../../src/workload/kinds.ts';
import { builtInState } from '../engine/state.ts';
import { run } from './run.ts';

const topz = { 'sidecar.io/topz': 'true' };
const workload = (apiVersion: string, kind: string, spec: JsonObject, annotations: JsonObject = {}) => ({
  ...{ apiVersion, kind },
  metadata: { name: 'web', annotations },
  spec,
});
const deployment = (template: JsonObject, annotations?: JsonObject) =>
  workload('apps/v1', 'Deployment', { template }, annotations);
const knative = (containers: readonly JsonObject[], annotations?: JsonObject) =>
  workload('serving.knative.dev/v1', 'Service', { template: { spec: { containers } } }, annotations);
const app = (more: JsonObject = {}): JsonObject => ({ image: 'app', ...more });

/** What each of them makes of the object: exit codes, codes of problems and of warnings. */
function decisions(object: ReturnType<typeof workload>) {
  const stdin = JSON.stringify(object, null, 2);
  const codesIn = (text: string, level: string) =>
    [...text.matchAll(new RegExp(`: ${level}: .*\\[([a-z-]+)\\]`, 'g'))].map(([, code]) => code);
  const injected = run(['inject', '-f', '-'], { stdin });
  const checked = run(['check', '-f', '-'], { stdin });
  const explained = run(['explain', '-f', '-'], { stdin });
  const list = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [object] };
  const krm = run(['krm'], { stdin: JSON.stringify(list, null, 2) });
  const kind = kindOfObject(workloadKinds, object.apiVersion, object.kind);
  if (!kind) throw new Error(object.kind);
  const reviewed = reviewWorkload({ kind, namespace: 'default', object, old: undefined }, builtInState);
  return {
    ...{ injected, explained, reviewed },
    isUnchanged: injected.stdout === stdin || JSON.stringify(JSON.parse(injected.stdout || '0'), null, 2) === stdin,
    refused: [
      injected.code === 1,
      krm.code === 1,
      codesIn(checked.stdout, 'error').length > 0,
      /would be refused/.test(explained.stdout),
      reviewed.problems.length > 0,
    ],
    warned: [codesIn(checked.stdout, 'warning'), reviewed.warnings.map(({ code }) => code)],
    lines: injected.stderr,
  };
}
const [all, nobody] = [true, false].map((refused) => [0, 1, 2, 3, 4].map(() => refused));

describe('a pod template without containers passes through', () => {
  const vm = (annotations?: JsonObject) =>
    workload('kubevirt.io/v1', 'VirtualMachine', { template: { spec: { domain: {} } } }, annotations);
  const spark = (annotations?: JsonObject) =>
    workload(
      ...(['sparkoperator.k8s.io/v1', 'SparkApplication'] as const),
      { driver: { template: { spec: { serviceAccount: 'spark' } } } },
      annotations,
    );
  const patch = (annotations?: JsonObject) => deployment({ spec: { nodeSelector: { a: 'b' } } }, annotations);
  const note = (annotations?: JsonObject) => deployment({ metadata: { annotations: { a: 'b' } } }, annotations);
  const empty = (annotations?: JsonObject) => deployment({ spec: { containers: null } }, annotations);

  it.each([vm, spark, patch, note, empty].map((of) => [of]))('%s', (of) => {
    const plain = decisions(of());
    expect([plain.isUnchanged, plain.refused, plain.warned]).toEqual([true, nobody, [[], []]]);
    const annotated = decisions(of(topz));
    expect([annotated.isUnchanged, annotated.refused]).toEqual([true, nobody]);
    expect(annotated.warned).toEqual([['not-tried'], ['not-tried']]);
    expect(annotated.lines).toMatch(/^\w+\/web: warning: spec\.\S*template\.spec\.containers: There are none here, /m);
    expect(decisions(of({ ...topz, 'sidecar.io/inject': 'false' })).warned).toEqual([[], []]);
  });

  it('but an annotation without quotes in it is a problem', () => {
    const wrong = deployment({ metadata: { annotations: { 'sidecar.io/topz': true } } });
    expect(decisions(wrong).refused).toEqual(all);
  });

  it('and a pod does not', () => {
    const pod = (annotations: JsonObject) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', annotations }, spec: {} });
    expect(run(['inject', '-f', '-'], { stdin: pod(topz) }).stderr).toContain(
      'spec.containers is missing. It must be a list of containers. [malformed-pod]',
    );
    expect(run(['inject', '-f', '-'], { stdin: pod({}) }).stdout).toBe(pod({}));
  });
});

describe('a container without a name', () => {
  it('in a Knative Service is one, annotated or not', () => {
    const plain = decisions(knative([app()]));
    expect([plain.isUnchanged, plain.refused, plain.warned]).toEqual([true, nobody, [[], []]]);
    const annotated = decisions(knative([app()], topz));
    expect([annotated.isUnchanged, annotated.refused]).toEqual([false, nobody]);
    expect(annotated.lines).toMatch(/^service\/web: topz injected$/m);
    expect(annotated.explained.stdout).toContain('service/web in default would get topz.');
  });

  it('has the name that Knative gives it, for annotations and for what is removed later', () => {
    const git = { 'sidecar.io/git-repo': 'https://a/b', 'sidecar.io/git-container': 'user-container' };
    const object = knative([app()], git);
    const { injected } = decisions(object);
    expect(injected.stdout).toContain('user-container');
    const again = run(['inject', '-f', '-'], { stdin: injected.stdout });
    expect([again.stdout, again.stderr]).toEqual([injected.stdout, expect.stringContaining('unchanged')]);
    const removed = run(['uninject', '-f', '-'], { stdin: injected.stdout });
    expect(JSON.parse(removed.stdout)).toEqual(object);
    expect(decisions(knative([app()], { ...git, 'sidecar.io/git-container': 'web' })).refused).toEqual(all);
  });

  it('is a problem of other kinds where somebody asks for a sidecar, and else none of ours', () => {
    const template = { spec: { containers: [app()] } };
    expect(decisions(deployment(template, topz)).refused).toEqual(all);
    expect(decisions(deployment(template, topz)).lines).toContain(
      'spec.template.spec.containers[0].name: spec.containers[0].name is missing. It must be a string. [malformed-pod]',
    );
    const plain = decisions(deployment(template));
    expect([plain.isUnchanged, plain.refused]).toEqual([true, nobody]);
  });
});
