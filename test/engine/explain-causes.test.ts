// Causes in detail: what is one and what is none, at the edges of each family.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { OwnerFacts } from '../../src/engine/explain/facts.ts';
import { template } from '../api-server/cluster-templates.ts';
import { policyObject } from '../policy/policy.ts';
import {
  type Asked,
  after,
  before,
  created,
  decided,
  entriesOf,
  injected,
  podOf,
  registered,
  stateWith,
  stored,
  topz,
  written,
} from './explained.ts';
import { builtInState } from './state.ts';

const bare = podOf('web', topz);
const again = 'Delete pod/web and create it again.';
const causeOf = (asked: Asked) => decided(asked).cause;
const of = (pod: JsonObject, live: Asked['live'] = {}, more: Partial<Asked> = {}) =>
  causeOf({ pod, ...more, live: { stored: stored(pod), ...live } });
const shop = (annotations: Record<string, string>) => stateWith([{ name: 'shop', annotations }], []);

describe('pods that the API server does not take', () => {
  const failed = (message: string, pod: JsonObject = bare, more: Asked['live'] = {}, last = after) =>
    causeOf({
      ...{ pod, title: 'deployment/web', at: 'spec.template' },
      live: { events: [{ about: 'replicaset/web-1', reason: 'FailedCreate', message, last, count: 1 }], ...more },
    });
  const key = 'sidecar.io/topz';

  it.each<[string, string, string, string]>([
    [
      'Error creating: exceeded quota: small',
      'quota',
      'The quota does not allow the pod with topz: exceeded quota: small',
      `Raise the ResourceQuota, or lower ${key}-cpu and ${key}-memory.`,
    ],
    [
      'failed quota: small: must specify limits.cpu for: sidecar-topz; limits.memory for: sidecar-topz,web',
      'quota',
      'The quota requires what a container lacks: failed quota: small: must specify limits.cpu for: sidecar-topz; limits.memory for: sidecar-topz,web',
      `Set ${key}-cpu-limit, and ${key}-memory-limit, and resources.limits.memory of web. An annotation of the namespace counts for all of its pods.`,
    ],
    [
      'failed quota: small: must specify memory for: web,db',
      'quota',
      'The quota requires what a container lacks: failed quota: small: must specify memory for: web,db',
      'Set resources.requests.memory of web, db.',
    ],
    [
      'failed quota: small: must specify requests.cpu for: sidecar-topz',
      'quota',
      'The quota requires what a container lacks: failed quota: small: must specify requests.cpu for: sidecar-topz',
      `Set ${key}-cpu. An annotation of the namespace counts for all of its pods.`,
    ],
    [
      'violates PodSecurity "x"',
      'pod-security',
      'Pod Security refuses the pod: violates PodSecurity "x"',
      'Change the security context that the message names.',
    ],
    [
      'ValidatingAdmissionPolicy "x" denied request: The policy p requires the sidecar topz, and',
      'policy',
      'ValidatingAdmissionPolicy "x" denied request: The policy p requires the sidecar topz, and',
      'If nothing turns the sidecar off, the injector did not answer: the controller tries again by itself.',
    ],
    [
      'ValidatingAdmissionPolicy "x" denied request: no params found for policy binding with `Deny` action',
      'policy',
      'The API server does not read what enforced policies fix: ValidatingAdmissionPolicy "x" denied request: no params found for policy binding with `Deny` action',
      'If it lasts longer than 10 s, restart the API server. Until then, set the action of the policies to Warn.',
    ],
    [
      'ValidatingAdmissionPolicy "x" denied request: The policy p forbids the sidecar of the container sidecar-git.',
      'policy',
      'ValidatingAdmissionPolicy "x" denied request: The policy p forbids the sidecar of the container sidecar-git.',
      'Correct what the message names in the pod template of deployment/web, or ask the owners of the policy.',
    ],
    [
      'failed calling webhook "a.example.com": x',
      'other-webhook',
      'failed calling webhook "a.example.com": x',
      'Ask the owners of the webhook a.example.com.',
    ],
    [
      'admission webhook "b.example.com" denied the request: because\nof this',
      'other-webhook',
      'admission webhook "b.example.com" denied the request: because\nof this',
      'Ask the owners of the webhook b.example.com.',
    ],
    [
      'admission webhook "optional.sidecar.io" denied the request: because\nof this',
      'injector',
      'The injector refuses the pods: because\nof this',
      'Correct it in the pod template of deployment/web.',
    ],
    [
      '(combined from similar events): Error creating: what is this?',
      'other',
      'The pods cannot be created: what is this?',
      'Correct what the message names.',
    ],
    [
      'failed calling webhook "required.sidecar.io": connection refused',
      'webhook',
      'The injector does not run. (connection refused)',
      'Look at the log of the injector, and start it. The controller tries again by itself.',
    ],
  ])('%s', (message, kind, cause, fix) => {
    expect(failed(message)).toEqual({ family: 'created', kind, cause, fix });
  });

  it('an app without sidecars exceeds the quota by itself', () => {
    expect(failed('exceeded quota: small', podOf('web'))).toMatchObject({
      cause: 'The quota does not allow the pod: exceeded quota: small',
      fix: 'Raise the ResourceQuota, or lower sidecar.io/SIDECAR-cpu and sidecar.io/SIDECAR-memory.',
    });
  });

  it('several sidecars are named, and the Service of the injector', () => {
    const both = podOf('web', { ...topz, 'sidecar.io/git-repo': 'https://git.example.com/a.git' });
    expect(failed('exceeded quota', both)?.cause).toContain('the pod with git, topz: ');
    const registration = registered({ service: 'sidecars/injector' });
    const refused = 'failed calling webhook "required.sidecar.io": connection refused';
    expect(failed(refused, both, { registration })?.fix).toContain('kubectl logs -n sidecars deploy/injector');
  });

  it('is over when pods came later, and other events say nothing', () => {
    const live = { stored: stored(bare) };
    expect(failed('exceeded quota', bare, live, after)?.kind).toBe('quota');
    expect(failed('exceeded quota', bare, live, created)?.kind).toBe('was-down');
    const events = [{ about: 'x', reason: 'Killing', message: 'exceeded quota', last: after, count: 1 }];
    expect(causeOf({ pod: bare, live: { events } })).toBeUndefined();
  });
});

describe('a pod that is older than what asks for its sidecar', () => {
  const tracked = (...fields: JsonObject[]) => ({ stored: stored(bare, { managedFields: fields }) });
  const late = 'sidecar.io/topz';

  it.each<[string, Asked['live'], string]>([
    ['its annotation was written later', tracked(written(late, after)), 'annotated-later'],
    ['it was written then', tracked(written(late, created)), 'was-down'],
    ['it was written again', tracked(written(late, after), written(late, before)), 'was-down'],
    ['another one was written later', tracked(written('sidecar.io/git', after)), 'was-down'],
    ['something else was written later', tracked({ time: after, fieldsV1: { 'f:spec': {} } }), 'was-down'],
    ['nothing is tracked', tracked({ time: after }), 'was-down'],
    ['the injector came later', { registration: registered({ created: after }) }, 'before-install'],
    ['the injector came then', { registration: registered({ created }) }, 'was-down'],
    ['its template came later', { templates: [facts('git', after), facts('topz', after)] }, 'template-later'],
    ['its template came then', { templates: [facts('topz', created)] }, 'was-down'],
    ['another template came later', { templates: [facts('git', after)] }, 'was-down'],
    ['a policy that does not ask for it came later', { policies: [facts('p', after)] }, 'was-down'],
  ])('%s: %s', (_, live, kind) => {
    expect(of(bare, live)?.kind).toBe(kind);
  });

  it.each([
    [after, 'namespace-later'],
    [created, 'was-down'],
  ])('the namespace was annotated at %s', (time, kind) => {
    const live = {
      namespace: { metadata: { managedFields: [written(late, time)] } },
      registration: 'unknown',
    } as const;
    expect(of(podOf('web'), live, { state: shop(topz) })).toMatchObject({
      kind,
      ...(kind === 'namespace-later' && {
        cause: `The namespace shop was annotated with sidecar.io/topz at ${after}; the pod was created at ${created}, and sidecars are decided then.`,
      }),
    });
    const own = { ...live, stored: stored(bare, { managedFields: [written(late, time)] }) };
    expect(of(bare, own)?.kind).toBe(kind === 'was-down' ? kind : 'annotated-later');
    expect(of(podOf('web'), { registration: 'unknown' }, { state: shop(topz) })?.kind).toBe('was-down');
  });

  it.each([
    [after, 'policy-later'],
    [created, 'was-down'],
  ])('the policy was written at %s', (time, kind) => {
    const require = [{ sidecar: 'topz' }];
    const policy = policyObject('p', { require, namespaceSelector: {} }, { uid: 'p', generation: 1 });
    const state = stateWith([{ name: 'shop', annotations: {} }], [], [policy]);
    const live = {
      registration: 'unknown',
      policies: [facts('other', after), { ...facts('p', before), changed: time }],
    } as const;
    expect(of(podOf('web'), live, { state })?.kind).toBe(kind);
  });

  it('the words name the template', () => {
    expect(of(bare, { templates: [facts('topz', after)] })).toEqual({
      ...{ family: 'timing', kind: 'template-later' },
      cause: `The template topz was created at ${after}; the pod was created at ${created}, and sidecars are decided then.`,
      fix: again,
    });
  });
});

const facts = (name: string, time: string, ready = true) => ({
  ...{ name, created: time, changed: time, ready, message: 'It is wrong.' },
});

describe('a sidecar that would be another one today', () => {
  const state = (port: string) => shop({ 'sidecar.io/topz-port': port });
  const has = injected(bare, state('22000'));
  const older = (live: Asked['live'] = {}) => of(bare, { stored: has, ...live }, { state: state('22001') });

  it.each<[string, Asked['live'], string]>([
    ['its template', { templates: [facts('topz', after)] }, `The template topz was changed at ${after}`],
    ['a policy', { policies: [facts('p', after)] }, `The policy p was changed at ${after}`],
    ['something', {}, 'Its template, a policy, an annotation or the injector has changed'],
    [
      'something, not a template of then or of others',
      { templates: [facts('topz', created), facts('git', after)] },
      'Its template, a policy, an annotation or the injector has changed',
    ],
  ])('%s has changed', (_, live, what) => {
    expect(older(live)).toEqual({
      ...{ family: 'outdated', kind: 'older', fix: again },
      cause: `${what}, after topz was injected at ${created}, so a new pod would get a different one.`,
    });
  });

  it('is not spoken of where templates are not known, or it is about another sidecar', () => {
    expect(older({ known: { kind: 'unknown' } })).toBeUndefined();
    expect(of(bare, { stored: has }, { state: state('22000') })).toBeUndefined();
  });

  it('that nothing asks for any more', () => {
    const asks = podOf('web', { ...topz, 'sidecar.io/git-repo': 'https://git.example.com/a.git' });
    expect(of(bare, { stored: injected(asks) })).toEqual({
      ...{ family: 'outdated', kind: 'not-asked', fix: again },
      cause: 'Nothing asks for git any more: it is from an injection when something did.',
    });
    const about = { stored: injected(asks) };
    expect(of(bare, about, { sidecar: 'topz' })).toBeUndefined();
    expect(of(podOf('web'), about)?.kind).toBe('nothing-asked');
  });
});

describe('a workload whose annotation the pod does not see', () => {
  const owner = (annotations: JsonObject, carried: string[] = []): OwnerFacts => ({
    ...{ title: 'deployment/web', kind: 'Deployment', carried, object: { metadata: { annotations } } },
  });
  const plain = podOf('web');

  it.each<[string, OwnerFacts, Partial<Asked>, string]>([
    ['one for sidecars', owner(topz), {}, 'not-carried'],
    ['one of others', owner({ 'example.com/a': 'b' }), {}, 'nothing-asked'],
    ['the switch of all', owner({ 'sidecar.io/inject': 'false' }), {}, 'not-carried'],
    ['the status', owner({ 'sidecar.io/status': '{}' }), {}, 'nothing-asked'],
    ['one about the sidecar in question', owner({ 'sidecar.io/topz-port': '1' }), { sidecar: 'topz' }, 'not-carried'],
    ['one about another', owner({ 'sidecar.io/topzen': '1' }), { sidecar: 'topz' }, 'nothing-asked'],
    [
      'one that the pod has itself',
      owner({ 'sidecar.io/topz': 'true' }),
      { pod: podOf('web', { 'sidecar.io/topz': 'false' }) },
      'turned-off',
    ],
    [
      'one that it carries',
      owner({ 'sidecar.io/topz': 'false' }),
      { workload: { annotations: { 'sidecar.io/topz': 'false' } } },
      'turned-off',
    ],
  ])('%s', (_, facts, { pod = plain, ...more }, kind) => {
    expect(of(pod, { owner: facts }, more)?.kind).toBe(kind);
  });

  it('without pods, it is annotated again', () => {
    const live = { owner: owner(topz, ['sidecar.io/topz']) };
    expect(causeOf({ pod: plain, title: 'deployment/web', live })).toMatchObject({
      cause: 'The pods of deployment/web were created before deployment/web had sidecar.io/topz in its pod template.',
      fix: 'Annotate deployment/web again.',
    });
  });
});

describe('nothing that counts asks for it', () => {
  it.each<[string, Asked, string, string]>([
    [
      'a static pod',
      { pod: podOf('web', { ...topz, 'kubernetes.io/config.mirror': 'x' }) },
      'The kubelet runs it as a static pod.',
      'Write the sidecar into its manifest.',
    ],
    [
      'a sidecar that the cluster does not have',
      { pod: podOf('web'), sidecar: 'nosuch' },
      'The cluster has no sidecar nosuch.',
      'It has ambassador, config, git, https, logs, metrics, serve, topz.',
    ],
    [
      'a sidecar with a parameter that turns it on',
      { pod: podOf('web'), sidecar: 'git' },
      'Nothing asks for git: no annotation of the pod, its workload or its namespace, and no policy.',
      'Add sidecar.io/git-repo to metadata.annotations.',
    ],
    [
      'any sidecar, of a workload',
      { pod: podOf('web'), written: { object: podOf('web'), role: 'workload' } },
      'Nothing asks for a sidecar: no annotation of the pod, its workload or its namespace, and no policy.',
      'Add sidecar.io/topz: "true" to the workload\'s metadata.annotations.',
    ],
    [
      'only a parameter, of the namespace',
      { pod: podOf('web'), state: shop({ 'sidecar.io/topz-port': '22000' }) },
      "namespace.metadata.annotations['sidecar.io/topz-port'] sets a parameter, and nothing turns topz on.",
      'Add sidecar.io/topz: "true".',
    ],
    [
      'an instance that is off beside such a parameter',
      { pod: podOf('web', { 'sidecar.io/topz.a': 'false' }), state: shop({ 'sidecar.io/git-period': '1m' }) },
      'metadata.annotations[\'sidecar.io/topz.a\'] is "false".',
      'Write "true", or remove the annotation.',
    ],
  ])('%s', (_, asked, cause, fix) => {
    expect(causeOf(asked)).toMatchObject({ family: 'asked', cause, fix });
  });

  it.each<[string, Partial<Asked>, string]>([
    ['for all sidecars', {}, 'exempt'],
    ['for one that it requires', { sidecar: 'git' }, 'exempt'],
    ['for another one', { sidecar: 'https' }, 'nothing-asked'],
  ])('a policy that is not for the pod, asked %s', (_, more, kind) => {
    const spec = {
      namespaceSelector: {},
      podSelector: { matchLabels: { app: 'db' } },
      require: [{ sidecar: 'topz' }, { sidecar: 'git' }],
    };
    const forbids = { namespaceSelector: {}, forbid: ['logs'] };
    const [p, q] = [policyObject('p', spec, { uid: 'p' }), policyObject('a', forbids, { uid: 'a' })];
    const state = stateWith([{ name: 'shop', annotations: {} }], [], [p, q]);
    const cause = of(podOf('web'), {}, { state, ...more });
    expect(cause?.kind).toBe(kind);
    if (kind === 'exempt')
      expect(cause?.cause).toContain('The policy p requires topz, git, but does not apply to this pod');
  });

  it('a label about another sidecar is not the cause', () => {
    const labels = { 'sidecar.io/topz': 'true', 'sidecar.io/git-repo': 'x' };
    const pod = podOf('web', {}, {}, { labels });
    expect(causeOf({ pod, sidecar: 'git' })).toMatchObject({
      kind: 'misplaced',
      cause: expect.stringContaining('git-repo'),
    });
    expect(causeOf({ pod, sidecar: 'topz' })).toMatchObject({
      kind: 'misplaced',
      cause: expect.stringContaining('topz'),
    });
    expect(causeOf({ pod, sidecar: 'https' })).toMatchObject({ kind: 'nothing-asked' });
  });
});

describe('a pod that is not called for', () => {
  const [entry] = entriesOf(builtInState);
  const excluding = (...values: string[]) => ({
    ...{ name: 'x.sidecar.io', failurePolicy: 'Fail', pods: [], conditions: [] },
    namespaces: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn' as const, values }],
  });
  const not = { ...excluding(), namespaces: [{ key: 'team', operator: 'In' as const, values: ['x'] }] };

  it.each<[string, Asked['live'], string]>([
    [
      'its namespace is excluded from each entry',
      { registration: registered({ entries: [excluding('shop'), excluding('shop', 'x')] }) },
      'namespace-excluded',
    ],
    [
      'its namespace is excluded from one',
      { registration: registered({ entries: [excluding('shop'), not] }) },
      'not-selected',
    ],
    ['there are no entries', { registration: registered({ entries: [] }) }, 'not-selected'],
    ['some entry is for it', { registration: registered({ entries: [not, excluding()] }) }, 'was-down'],
    ['it is not known', { registration: 'unknown' }, 'was-down'],
  ])('%s', (_, live, kind) => {
    expect(of(bare, live)?.kind).toBe(kind);
    expect(of(podOf('web'), live)?.kind).toBe('nothing-asked');
    expect(of(bare, { ...live, stored: injected(bare) })).toBeUndefined();
    const { cause } = decided({ pod: bare, live });
    expect(cause?.kind).toBe(kind === 'was-down' ? undefined : kind);
    expect(cause?.fix ?? '').not.toContain('Delete');
  });

  it('the entries are named', () => {
    const entries = entry ? [{ ...entry, ...not, name: 'first' }, not] : [];
    expect(of(bare, { registration: registered({ entries }) })?.cause).toContain(
      'the selectors or match conditions of first exclude',
    );
    expect(of(bare, { registration: registered({ entries: [] }) })?.cause).toContain('the configuration has none');
  });

  it('what the pod itself asks for counts without the label of the namespace', () => {
    const state = shop(topz);
    const both = podOf('web', { 'sidecar.io/git-repo': 'https://git.example.com/a.git' });
    const live = { registration: registered({ entries: [not] }) };
    expect(of(podOf('web'), live, { state })?.kind).toBe('namespace-not-labelled');
    expect(of(both, live, { state })?.kind).toBe('not-selected');
  });
});

describe('a pod that is not as the injector left it', () => {
  const status = (injected(bare).metadata as { annotations: JsonObject }).annotations;

  it.each<[string, JsonObject, Partial<Asked>, string | undefined]>([
    ['it lacks what the status says', podOf('web', status), {}, 'removed'],
    ['the question is about another sidecar', podOf('web', status), { sidecar: 'git' }, 'nothing-asked'],
    ['it has a sidecar and no annotation', podOf('web', {}, injected(bare).spec as JsonObject), {}, 'copied'],
    [
      'it has a sidecar and annotations of others',
      podOf('web', { a: 'b' }, injected(bare).spec as JsonObject),
      {},
      'copied',
    ],
    ['it has a sidecar and an annotation', podOf('web', topz, injected(bare).spec as JsonObject), {}, 'was-down'],
  ])('%s', (_, has, more, kind) => {
    const pod = kind === 'nothing-asked' || kind === 'copied' ? podOf('web') : bare;
    const cause = of(
      pod,
      { stored: stored(has), ...(kind === 'was-down' && { stored: stored(podOf('web', topz)) }) },
      more,
    );
    expect(cause?.kind).toBe(kind);
    if (kind === 'removed' || kind === 'copied') expect(cause?.family).toBe('taken');
  });
});

describe('a pod that is refused', () => {
  const hello = podOf('web', { 'sidecar.io/hello-greeting.a': 'x' });
  const has = injected(podOf('web', { 'sidecar.io/hello': 'true' }), stateWith([], [template('hello')]));

  it.each<[string, Asked['live'], string]>([
    ['whose template is broken', { templates: [facts('hello', before, false)] }, 'template-broken'],
    [
      'whose template is broken, among others',
      { templates: [facts('hell', before, false), facts('hello', before, false)] },
      'template-broken',
    ],
    ['whose template is in use', { templates: [facts('hello', before)] }, 'problem'],
    ['beside a broken template', { templates: [facts('hell', before, false)] }, 'problem'],
    ['whose sidecar it had', { stored: has }, 'template-gone'],
  ])('%s', (_, live, kind) => {
    const cause = causeOf({ pod: hello, live });
    expect(cause).toMatchObject({ family: 'refused', kind, code: 'unknown-annotation' });
    if (kind === 'template-broken') expect(cause?.cause).toBe('The template hello is not in use: It is wrong.');
    expect(cause?.fix.endsWith(again)).toBe(kind === 'template-gone');
  });
});

describe('a plain container', () => {
  const classic = { ...topz, 'sidecar.io/topz-native': 'false' };
  const old = {
    ...builtInState,
    cluster: { version: '', nativeSidecars: false, assignsUsers: false },
    nativeReason: 'A node is old.',
  };
  const nodes = 'Bring all nodes to Kubernetes 1.29 or later, or set the value native of the chart.';
  const says = 'An annotation or the time of its creation says so.';

  it.each<[string, Asked, string, string]>([
    [
      'in a manifest',
      { pod: podOf('web', classic) },
      `topz is a plain container. ${says}`,
      'Remove sidecar.io/topz-native: "false".',
    ],
    ['in an old cluster', { pod: bare, state: old }, 'topz is a plain container. A node is old.', nodes],
    [
      'of a pod that may fail',
      { pod: podOf('web', classic, { restartPolicy: 'OnFailure' }) },
      `It never completes: topz is a plain container, which does not end with the app. ${says}`,
      'Remove sidecar.io/topz-native: "false".',
    ],
    [
      'of a pod that was injected so',
      { pod: podOf('web', classic), live: { stored: injected(podOf('web', classic)) } },
      `topz is a plain container. ${says}`,
      `Remove sidecar.io/topz-native: "false". ${again}`,
    ],
  ])('%s', (_, asked, cause, fix) => {
    expect(causeOf(asked)).toMatchObject({ family: 'form', cause, fix });
  });

  it('is no cause where the reason is not known, but for what can be said', () => {
    const { nativeReason: _, ...unknown } = old;
    expect(causeOf({ pod: bare, state: unknown })?.cause).toBe('topz is a plain container.');
  });
});
