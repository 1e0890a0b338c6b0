// What becomes of a workload: which problems refuse it, and which are only warnings.
import { describe, expect, it } from 'vitest';
import { reviewWorkload } from '../../src/admission/review-workload.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { State } from '../../src/state/state.ts';
import { kindOfResource, workloadKinds } from '../../src/workload/kinds.ts';
import { inject, run } from '../cli/run.ts';
import { builtInState } from '../engine/state.ts';
import { policy } from '../policy/policy.ts';

const topz = { 'sidecar.io/topz': 'true' };
const web = { name: 'web', image: 'web' };
/** Has the port of topz, and the mount of git. */
const taken = {
  ...{ name: 'other', image: 'other', ports: [{ containerPort: 21080 }] },
  volumeMounts: [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'own', mountPath: '/git' },
  ],
};
const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git' };

function workload(annotations: JsonObject, template: JsonObject = {}, containers: readonly JsonObject[] = [web]) {
  return {
    metadata: { name: 'web', annotations },
    spec: { template: { metadata: { annotations: template }, spec: { containers } } },
  } satisfies JsonObject;
}

interface Review {
  readonly object: JsonObject;
  readonly old?: JsonObject;
  readonly resource?: string;
  readonly state?: State;
  readonly unknown?: string;
}

function reviewed({ object, old, resource = 'deployments.apps', state = builtInState, unknown }: Review) {
  const kind = kindOfResource(workloadKinds, resource);
  if (!kind) throw new Error(resource);
  const { edits, problems, warnings } = reviewWorkload({ kind, namespace: 'shop', object, old }, state, unknown);
  return {
    edits,
    problems: problems.map(({ code, path }) => `${code} ${path}`),
    warnings: warnings.map(({ code }) => code),
    messages: warnings.map(({ message }) => message),
  };
}

const mistyped = { 'sidecar.io/topzz': 'true' };
const badPort = { ...topz, 'sidecar.io/topz-port': 'x' };
const ofTemplate = "spec.template.metadata.annotations['sidecar.io/topzz']";

describe('a workload that is created', () => {
  it.each(['sidecar.io/from-workload', 'sidecar.io/status'])('with %s of its own: the injector writes that', (key) => {
    const message = `metadata.annotations['${key}'] has no effect: only the injector writes it, on pods and pod templates. Remove it, and write annotations such as sidecar.io/topz.`;
    expect(reviewed({ object: workload({ [key]: '{"topz":"true"}' }) })).toEqual({
      ...{ edits: [], problems: [], warnings: ['written-by-injector'], messages: [message] },
    });
    const stdin = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...workload({ [key]: 'foo' }) });
    expect(run(['check', '-f', '-'], { stdin }).stdout).toContain(`deployment/web: ${message} [written-by-injector]`);
    expect(inject(stdin).stderr).toContain(`deployment/web: warning: ${message}\n`);
  });

  it('carries its annotations to its pod template, and has no problem', () => {
    const carried = { 'sidecar.io/from-workload': '{"topz":"true"}' };
    expect(reviewed({ object: workload(topz) })).toEqual({
      edits: [expect.objectContaining({ op: 'add', value: carried['sidecar.io/from-workload'] })],
      ...{ problems: [], warnings: [], messages: [] },
    });
    expect(reviewed({ object: workload(topz, carried) }).edits, 'that carries them already').toEqual([]);
  });

  it('is refused for what is wrong in its own annotations and in those of its template, with the paths', () => {
    expect(reviewed({ object: workload(badPort, mistyped) }).problems).toEqual([
      `unknown-annotation ${ofTemplate}`,
      "bad-port metadata.annotations['sidecar.io/topz-port']",
    ]);
  });

  it('is refused for what its containers have', () => {
    expect(reviewed({ object: workload(topz, {}, [web, taken]) }).problems).toEqual([
      "port-taken metadata.annotations['sidecar.io/topz']",
    ]);
  });
});

describe('a workload that is updated', () => {
  it('is refused for a problem that the update brings', () => {
    const { problems, warnings } = reviewed({ object: workload({}, mistyped), old: workload({}, {}) });
    expect(problems).toEqual([`unknown-annotation ${ofTemplate}`]);
    expect(warnings).toEqual([]);
  });

  it('is only warned of a problem that it had before, with the whole message', () => {
    const old = workload({}, mistyped);
    const { problems, warnings, messages } = reviewed({ object: old, old });
    expect(problems).toEqual([]);
    expect(warnings).toEqual(['unknown-annotation']);
    expect(messages[0]).toMatch(/^spec\.template\.metadata.*Did you mean sidecar\.io\/topz\?.*\[unknown-annotation\]$/);
  });

  it('is refused for the new one alone where it had another before', () => {
    const { problems } = reviewed({ object: workload(badPort, mistyped), old: workload({}, mistyped) });
    expect(problems).toEqual(["bad-port metadata.annotations['sidecar.io/topz-port']"]);
  });

  it.each<[string, JsonObject, string]>([
    ['a port', topz, 'port-taken'],
    ['a mount', { ...git, 'sidecar.io/git-container': 'other' }, 'mount-path-taken'],
  ])('has the same problem with %s still after a container and a mount are added before', (_, annotations, code) => {
    const [tmp, own] = taken.volumeMounts;
    const old = workload(annotations, {}, [taken]);
    const more = { ...taken, volumeMounts: [tmp, { name: 'x', mountPath: '/x' }, own] as JsonObject[] };
    const { problems, warnings } = reviewed({ object: workload(annotations, {}, [web, more]), old });
    expect(problems).toEqual([]);
    expect(warnings).toContain(code);
  });

  it('is refused for annotations that it had not, though its containers had the port before', () => {
    const { problems } = reviewed({ object: workload(topz, {}, [taken]), old: workload({}, {}, [taken]) });
    expect(problems).toEqual(["port-taken metadata.annotations['sidecar.io/topz']"]);
    expect(reviewed({ object: workload({}, {}, [taken]), old: workload(topz, {}, [taken]) }).problems).toEqual([]);
  });
});

it('a workload whose state is not known carries its annotations, and is not judged', () => {
  const { edits, problems, warnings, messages } = reviewed({
    object: workload(mistyped),
    unknown: 'the API server does not answer.',
  });
  expect(edits).toHaveLength(1);
  expect(problems).toEqual([]);
  expect(warnings).toEqual(['lookup-failed']);
  expect(messages[0]).toBe('The sidecars of this Deployment could not be checked: the API server does not answer.');
});

it('a ReplicaSet that a Deployment made is left as it is', () => {
  const owned = { ...workload(mistyped), metadata: { ...workload(mistyped).metadata, ownerReferences: [owner] } };
  const nothing = { edits: [], problems: [], warnings: [] };
  expect(reviewed({ object: owned, resource: 'replicasets.apps' })).toMatchObject(nothing);
});
const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: '1', controller: true };

describe('injection is tried', () => {
  it.each<[string, JsonObject]>([
    ['without a spec', { metadata: { annotations: mistyped } }],
    ['whose spec is a text', { metadata: { annotations: mistyped }, spec: 'x' }],
    ['that has no containers, as that of a virtual machine', { metadata: { annotations: mistyped }, spec: {} }],
  ])('on no template %s', (_, template) =>
    expect(reviewed({ object: { metadata: { name: 'vm' }, spec: { template } } }).problems).toEqual([]),
  );

  it('on each template of a workload with several', () => {
    const each = (annotations: JsonObject): JsonObject => workload({}, annotations).spec.template;
    const object = { spec: { leaderWorkerTemplate: { leaderTemplate: each({}), workerTemplate: each(mistyped) } } };
    const { problems } = reviewed({ object, resource: 'leaderworkersets.leaderworkerset.x-k8s.io' });
    const path = "spec.leaderWorkerTemplate.workerTemplate.metadata.annotations['sidecar.io/topzz']";
    expect(problems).toEqual([`unknown-annotation ${path}`]);
  });

  it('with the volumes that a StatefulSet claims', () => {
    const claims = [{ metadata: { name: 'sidecar-git' } }];
    const object = { ...workload(git), spec: { ...workload(git).spec, volumeClaimTemplates: claims } };
    const { problems } = reviewed({ object, resource: 'statefulsets.apps' });
    expect(problems).toEqual([expect.stringContaining('volume-name-taken')]);
    expect(reviewed({ object }).problems, 'a Deployment claims none').toEqual([]);
  });

  it('and a defect of the injector is a warning: the API server decides when the pods come', () => {
    const state = { ...builtInState, catalog: undefined } as unknown as State; // what no state of a cluster is
    expect(reviewed({ object: workload(topz), state })).toMatchObject({ problems: [], warnings: ['internal-error'] });
  });
});

describe('warnings', () => {
  const misplaced = { ...workload({}), metadata: { name: 'web', labels: topz } };

  it('name a key that has no effect once, with the place where it has', () => {
    const { warnings, messages } = reviewed({ object: misplaced });
    expect(warnings).toEqual(['misplaced-key']);
    expect(messages[0]).toContain("metadata.labels['sidecar.io/topz'] has no effect");
    const labelled = { metadata: { labels: topz }, spec: { containers: [web] } };
    expect(reviewed({ object: { spec: { template: labelled } } }).warnings).toEqual(['misplaced-key']);
  });

  it('say what a policy would do that warns, and nothing of one that only counts', () => {
    const namespaces = (action: 'Warn' | 'Audit') => {
      const policies = [policy('no-topz', { forbid: ['topz'], action })];
      return new Map([['shop', { annotations: {}, policies }]]);
    };
    const messages = (action: 'Warn' | 'Audit') =>
      reviewed({ object: workload(topz), state: { ...builtInState, namespaces: namespaces(action) } }).messages;
    expect(messages('Warn')).toEqual([expect.stringContaining('no-topz')]);
    expect(messages('Audit')).toEqual([]);
  });

  it('begin with the path in the workload', () => {
    const idle = { 'sidecar.io/topz': 'false', 'sidecar.io/topz-port': '22000' };
    const path = "metadata.annotations['sidecar.io/topz-port']";
    const messageOf = (object: JsonObject) => reviewed({ object }).messages.join();
    expect(messageOf(workload({}, idle)).startsWith(`spec.template.${path} has no effect`)).toBe(true);
    expect(messageOf(workload(idle)).startsWith(`${path} has no effect`)).toBe(true);
  });
});
