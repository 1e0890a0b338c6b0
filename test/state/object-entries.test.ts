// Which changes of workloads and namespaces cause a call.
import { describe, expect, it } from 'vitest';
import { objectEntries } from '../../src/state/object-entries.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';
import { holds } from './conditions.ts';

type Fields = Readonly<Record<string, unknown>>;

const entries = () => objectEntries(workloadKinds);

/** The entries for a resource whose conditions hold; without `before`, the object is created. */
function called(resource: string, object: Fields, before: Fields | null = null): string[] {
  const [plural = '', ...group] = resource.split('.');
  return entries()
    .filter(({ resources }) => resources.get(group.join('.'))?.includes(plural))
    .filter(({ conditions }) => Object.values(conditions).every((text) => holds(text, { object, oldObject: before })))
    .map(({ name }) => name);
}

const ours = { 'sidecar.io/topz': 'true' };
const others = { 'example.com/topz': 'true' };
const from = (metadata: Fields, template: Fields = { image: 'app:1' }, more: Fields = {}): Fields => ({
  metadata: { name: 'web', ...metadata },
  spec: { template, ...more },
});
const pod = (annotations: Fields, image = 'app:1') => ({ metadata: { annotations }, image });

const carry = ['carry-spec-template'];
const check = ['check-spec-template'];

describe('a workload that is created', () => {
  it.each<[string, Fields, string[]]>([
    ['without annotations', from({}), []],
    ['with annotations of others', from({ annotations: others, labels: others }), []],
    ['with an annotation', from({ annotations: ours }), carry],
    ['with an annotation among others', from({ annotations: { ...others, ...ours } }), carry],
    ['with a label', from({ labels: ours }), carry],
    ['with an annotation of its template', from({}, pod(ours)), check],
    ['with a label of its template', from({}, { metadata: { labels: ours } }), check],
    ['with annotations of others in its template', from({ annotations: others }, pod(others)), []],
    ['with both', from({ annotations: ours }, pod(ours)), carry],
    ['that is being deleted', from({ annotations: ours, deletionTimestamp: 'now' }, pod(ours)), []],
    ['with null for a map', from({ annotations: null, labels: null }, { metadata: null }), []],
    ['with null for its template', { metadata: { annotations: null }, spec: { template: null } }, []],
    ['with null for all', { metadata: {}, spec: null }, []],
    ['without anything', { metadata: {} }, []],
  ])('%s', (_, object, names) => {
    expect(called('deployments.apps', object)).toEqual(names);
  });

  const owner = (kind: string, controller?: boolean) => ({
    ...{ kind, name: 'x' },
    ...(controller !== undefined && { controller }),
  });
  it.each<[string, Fields[], string[]]>([
    ['by a controller that carries annotations itself', [owner('Deployment', true)], []],
    ['by that of another project', [owner('Other'), owner('Rollout', true)], []],
    ['by a pod', [owner('Pod', true)], []],
    ['by a controller that does not', [owner('Other', true)], carry],
    ['and belongs to such a controller only', [owner('Deployment', false)], carry],
    ['and belongs to it in few words', [owner('Deployment')], carry],
    ['by nobody', [], carry],
  ])('%s', (_, ownerReferences, names) => {
    expect(called('replicasets.apps', from({ annotations: ours, ownerReferences }))).toEqual(names);
  });
});

describe('a workload that is updated', () => {
  const said = from({ annotations: ours });
  it.each<[string, Fields, Fields, string[]]>([
    ['and says nothing', from({}), from({}, pod(others)), []],
    ['and says what it said', from({ annotations: { ...ours, ...others } }), said, []],
    ['and says something new', said, from({}), carry],
    ['and says something new beside annotations of others', said, from({ annotations: others }), carry],
    ['and says something else', from({ annotations: { 'sidecar.io/topz': 'false' } }), said, carry],
    ['and says more', from({ annotations: { ...ours, 'sidecar.io/git': 'x' } }), said, carry],
    ['and says less', said, from({ annotations: { ...ours, 'sidecar.io/git': 'x' } }), carry],
    ['and says nothing more', from({}), said, carry],
    ['and says nothing more, with null', from({ annotations: null }), said, carry],
    ['after null', said, from({ annotations: null }), carry],
    [
      'and has another template',
      from({ annotations: ours }, pod({}, 'app:2')),
      from({ annotations: ours }, pod({})),
      check,
    ],
    ['and has other replicas', from({}, pod(ours), { replicas: 2 }), from({}, pod(ours), { replicas: 1 }), []],
    ['and says something in its template', from({}, pod(ours)), from({}, pod({})), check],
    ['and says it no longer there', from({}, pod({})), from({}, pod(ours)), check],
    ['and has a new label', from({ labels: ours }), from({}), check],
    ['and has another label', from({ labels: { 'sidecar.io/topz': 'x' } }), from({ labels: ours }), check],
    ['and has a new label of others', from({ annotations: ours, labels: others }), said, []],
    ['and has the label that it had', from({ labels: ours }), from({ labels: ours }), []],
    ['and has its first template', from({}, pod(ours)), { metadata: {}, spec: {} }, check],
    ['and has its first specification', from({}, pod(ours)), { metadata: {} }, check],
    ['and has lost its template', { metadata: {}, spec: {} }, from({}, pod(ours)), check],
    ['and is being deleted', from({ annotations: ours, deletionTimestamp: 'now' }), from({}), []],
  ])('%s', (_, object, before, names) => {
    expect(called('deployments.apps', object, before)).toEqual(names);
  });
});

describe('a pod template that is not at spec.template', () => {
  const say = { metadata: { annotations: ours } };
  const job = (...steps: Fields[]) => ({
    metadata: {},
    spec: { jobTemplate: { ...steps[0], spec: { template: steps[1] } } },
  });
  const jobs = (replicatedJobs: unknown) => ({ metadata: {}, spec: { replicatedJobs } });
  const inJob = (template: Fields, around: Fields = {}) => ({ template: { ...around, spec: { template } } });
  const checkJobs = ['check-spec-replicatedjobs-template-spec-template'];
  const checkLeader = ['check-spec-leaderworkertemplate-leadertemplate'];
  const leader = (leaderTemplate: Fields, workerTemplate: Fields) => ({
    metadata: {},
    spec: { leaderWorkerTemplate: { leaderTemplate, workerTemplate } },
  });

  it.each<[string, string, Fields, string[]]>([
    ['says something', 'cronjobs.batch', job({}, say), ['check-spec-jobtemplate-spec-template']],
    ['says something on the way to it', 'cronjobs.batch', job(say, {}), ['check-spec-jobtemplate-spec-template']],
    ['says nothing', 'cronjobs.batch', job({}, {}), []],
    ['says something in a list', 'jobsets.jobset.x-k8s.io', jobs([inJob({}), inJob(say)]), checkJobs],
    ['says something on the way, in a list', 'jobsets.jobset.x-k8s.io', jobs([inJob({}, say)]), checkJobs],
    ['says something in a map', 'jobsets.jobset.x-k8s.io', jobs({ a: inJob({}), b: inJob(say) }), checkJobs],
    ['says something on the way, in a map', 'jobsets.jobset.x-k8s.io', jobs({ a: inJob({}, say) }), checkJobs],
    ['says nothing in a list', 'jobsets.jobset.x-k8s.io', jobs([inJob({}), null, 'x', { template: null }]), []],
    ['says nothing in a map', 'jobsets.jobset.x-k8s.io', jobs({ a: inJob({}), b: null, c: { template: null } }), []],
    ['is not there', 'jobsets.jobset.x-k8s.io', jobs(null), []],
    ['is the first of two', 'leaderworkersets.leaderworkerset.x-k8s.io', leader(say, {}), checkLeader],
    ['is the second of two', 'leaderworkersets.leaderworkerset.x-k8s.io', leader({}, say), checkLeader],
  ])('%s (%s)', (_, resource, object, names) => {
    expect(called(resource, object)).toEqual(names);
    expect(called(resource, object, object), 'unchanged').toEqual([]);
    expect(called(resource, object, { metadata: {}, spec: {} }), 'new').toEqual(names);
    expect(called(resource, { metadata: {}, spec: {} }, object), 'gone').toEqual(names);
  });
});

describe('a namespace', () => {
  it.each<[string, Fields, Fields | null, string[]]>([
    ['that says something', { annotations: ours }, null, ['label-namespace']],
    ['that said something before', {}, { annotations: ours }, ['label-namespace']],
    ['that says nothing', { annotations: others }, {}, []],
    ['that is being deleted', { annotations: ours, deletionTimestamp: 'now' }, { annotations: ours }, []],
  ])('%s', (_, metadata, before, names) => {
    expect(called('namespaces', { metadata }, before && { metadata: before })).toEqual(names);
  });
});

it('each resource is in the entries of its own form, of its own group', () => {
  for (const { group, resource, templates } of workloadKinds) {
    const names = entries()
      .filter(({ resources }) => resources.get(group)?.includes(resource))
      .map(({ name }) => name);
    const path = templates[0]?.toLowerCase().replace('.*', '').replaceAll('.', '-');
    expect(names).toEqual([`carry-${path}`, `check-${path}`]);
  }
});

it('only what is said in the workload itself waits for an injector', () => {
  for (const { name, failurePolicy } of entries())
    expect(failurePolicy).toBe(name.startsWith('carry-') ? 'Fail' : 'Ignore');
});
