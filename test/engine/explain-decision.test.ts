// A decision as a whole: summary, verdict, further causes, what would be so now, and how it came about.
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { recordedIn } from '../../src/core/status.ts';
import type { State } from '../../src/state/state.ts';
import { template } from '../api-server/cluster-templates.ts';
import { policyObject } from '../policy/policy.ts';
import {
  type Asked,
  after,
  created,
  decided,
  entriesOf,
  injected,
  podOf,
  registered,
  stateWith,
  stored,
  topz,
} from './explained.ts';
import { builtInState } from './state.ts';

const git = { 'sidecar.io/git-repo': 'https://git.example.com/a.git', 'sidecar.io/git-path': '/srv' };
const both = podOf('web', { ...topz, ...git });
/** The question about a pod that is stored so. */
const of = (pod: JsonObject, has: JsonObject, live: Asked['live'] = {}, more: Partial<Asked> = {}): Asked => ({
  ...{ pod, ...more },
  live: { stored: has, ...live },
});
const lacking = (...names: string[]): JsonObject => {
  const has = injected(both);
  const spec = has.spec as { initContainers: { name: string }[] };
  const initContainers = spec.initContainers.filter(
    ({ name }) => !names.some((each) => name.startsWith(`sidecar-${each}`)),
  );
  return { ...has, spec: { ...spec, initContainers } };
};
const failedCreate = { about: 'replicaset/web-1', reason: 'FailedCreate', message: 'x', last: after, count: 1 };
const taken = podOf('x', topz, { hostNetwork: true });

describe('the summary and the verdict', () => {
  it.each<[string, Asked, string, string]>([
    ['a manifest that gets what it asks for', { pod: both }, 'complete', 'pod/web in shop would get git, topz.'],
    ['a manifest, about one sidecar', { pod: both, sidecar: 'git' }, 'complete', 'pod/web in shop would get git.'],
    ['a manifest that asks for nothing', { pod: podOf('web') }, 'none', 'pod/web in shop would get no sidecar.'],
    [
      'that, about one sidecar',
      { pod: podOf('web', topz), sidecar: 'git' },
      'none',
      'pod/web in shop would get no git.',
    ],
    ['a manifest that is refused', { pod: taken }, 'refused', 'pod/x in shop would be refused.'],
    ['a pod that has all', of(both, injected(both)), 'complete', 'pod/web in shop has git, topz.'],
    ['a pod that has nothing', of(both, stored(both)), 'incomplete', 'pod/web in shop has no sidecar.'],
    ['a pod that asks for nothing', of(podOf('web'), stored(podOf('web'))), 'none', 'pod/web in shop has no sidecar.'],
    ['a pod that lacks one', of(both, lacking('git')), 'incomplete', 'pod/web in shop has topz, but not git.'],
    [
      'a pod that lacks one, about the other',
      of(both, lacking('git'), {}, { sidecar: 'topz' }),
      'complete',
      'pod/web in shop has topz.',
    ],
    [
      'a pod that lacks one, about that',
      of(both, lacking('git'), {}, { sidecar: 'git' }),
      'incomplete',
      'pod/web in shop has no git.',
    ],
    ['a pod that would be refused today', of(taken, injected(podOf('x', topz))), 'refused', 'pod/x in shop has topz.'],
    [
      'a workload without pods',
      { pod: both, live: { events: [failedCreate] } },
      'incomplete',
      'pod/web in shop has no pods.',
    ],
    ['a workload with none yet', { pod: both, live: {} }, 'complete', 'pod/web in shop would get git, topz.'],
    [
      'a workload with none yet, while no injector answers',
      { pod: both, live: { answer: { failure: 'connection refused' } } },
      'incomplete',
      'pod/web in shop would get git, topz.',
    ],
  ])('%s', (_, asked, verdict, summary) => {
    expect(decided(asked)).toMatchObject({
      verdict,
      summary,
      namespace: 'shop',
      title: expect.stringMatching(/^pod\//),
    });
  });
});

describe('a pod created now', () => {
  const now = (asked: Asked) => decided(asked).now;
  const shop = (annotations: Record<string, string>): State => ({
    ...builtInState,
    namespaces: new Map([['shop', { annotations }]]),
  });

  it.each<[string, Asked, string | undefined]>([
    ['is not spoken of for a manifest', { pod: both }, undefined],
    ['is the same', of(both, injected(both)), 'If the pod were created now, it would have the same sidecars.'],
    ['gets more', of(both, stored(both)), 'If the pod were created now, it would get git, topz.'],
    ['gets one more', of(both, lacking('topz')), 'If the pod were created now, it would get topz.'],
    ['gets less', of(podOf('web', git), injected(both)), 'If the pod were created now, it would not get topz.'],
    [
      'gets nothing',
      of(podOf('web'), injected(podOf('web', topz))),
      'If the pod were created now, it would not get topz.',
    ],
    [
      'asks for nothing, then or now',
      of(podOf('web'), stored(podOf('web'))),
      'If the pod were created now, it would have the same sidecars.',
    ],
    ['is refused', of(taken, injected(podOf('x', topz))), 'If the pod were created now, it would be refused.'],
    [
      'gets others',
      of(podOf('web', topz), injected(podOf('web', topz)), {}, { state: shop({ 'sidecar.io/topz-port': '22000' }) }),
      'If the pod were created now, it would get another topz.',
    ],
    [
      'gets others, more and less',
      of(
        podOf('web', { ...topz, ...git }),
        injected(podOf('web', { ...topz, 'sidecar.io/config-configmaps': 'a', 'sidecar.io/config-path': '/x' })),
        {},
        { state: shop({ 'sidecar.io/topz-port': '22000' }) },
      ),
      'If the pod were created now, it would get git, and not get config, and get another topz.',
    ],
    [
      'gets more, and what else is not known',
      of(both, lacking('git'), { known: { kind: 'other', version: '9.0.0' } }),
      'If the pod were created now, it would get git. Whether these would change is not known: the injector is 9.0.0. Use the command of version 9.0.0.',
    ],
    [
      'gets all that it has, which is compared with nothing',
      of(podOf('web', topz), stored(podOf('web', topz)), { known: { kind: 'unknown' } }),
      'If the pod were created now, it would get topz.',
    ],
  ])('%s', (_, asked, text) => {
    expect(now(asked)).toBe(text);
  });
});

describe('several causes', () => {
  const kinds = (asked: Asked) => {
    const { cause, also } = decided(asked);
    return [cause, ...also].map((each) => each?.kind);
  };
  const label = podOf('web', topz, {}, { labels: { 'sidecar.io/git': 'true' } });

  it.each<[string, Asked, (string | undefined)[]]>([
    [
      'each problem of a pod that is refused',
      { pod: podOf('x', { ...topz, 'sidecar.io/tpoz': 'true' }, { hostNetwork: true }) },
      ['problem', 'problem'],
    ],
    [
      'a misplaced annotation after all others',
      of(label, stored(label), { registration: 'none' }),
      ['not-registered', 'misplaced'],
    ],
    [
      'what keeps the next pod bare before what kept this one',
      of(podOf('web', topz), stored(podOf('web', topz)), {
        registration: registered({ created: after }),
        answer: { failure: 'connection refused' },
      }),
      ['refused', 'before-install'],
    ],
    ['no injector then, when nothing else is left', of(podOf('web', topz), stored(podOf('web', topz))), ['was-down']],
    [
      'a failure before what is different today',
      of(
        podOf('web', topz),
        injected(podOf('web', topz)),
        {
          failures: [
            { pod: 'web', container: 'sidecar-topz', sidecar: 'topz', reason: 'CrashLoopBackOff', message: '' },
          ],
        },
        { state: { ...builtInState, injector: { ...builtInState.injector, image: 'other:1' } } },
      ),
      ['crashes', 'older'],
    ],
    [
      'a refusal of the injector by what is written',
      {
        pod: taken,
        live: {
          events: [{ ...failedCreate, message: 'admission webhook "optional.sidecar.io" denied the request: x' }],
        },
      },
      ['problem'],
    ],
    [
      'a failure of the API server before what is written',
      { pod: taken, live: { events: [{ ...failedCreate, message: 'exceeded quota: small' }] } },
      ['quota', 'problem'],
    ],
    ['nothing for a pod that has all', of(both, injected(both)), [undefined]],
    ['what somebody removed hides the rest', of(label, lacking('topz')), ['removed']],
    [
      'the form of a sidecar in a manifest',
      { pod: podOf('web', { ...topz, 'sidecar.io/topz-native': 'false' }) },
      ['classic'],
    ],
  ])('%s', (_, asked, expected) => {
    expect(kinds(asked)).toEqual(expected);
  });
});

describe('an injector that was away', () => {
  const bare = podOf('web', topz);
  const entry = (failurePolicy: string) => entriesOf(builtInState).map((each) => ({ ...each, failurePolicy }));

  it.each([
    ['Fail', registered({ entries: entry('Fail') })],
    ['Ignore', registered({ entries: entry('Ignore') })],
    ['Ignore', 'unknown'],
  ] as const)('says the failurePolicy %s of the entry for the pod', (policy, registration) => {
    expect(decided(of(bare, stored(bare), { registration })).cause).toEqual({
      ...{ family: 'reached', kind: 'was-down' },
      cause: `The injector did not answer when the pod was created, and the failurePolicy of its webhook is ${policy}.`,
      fix: 'It answers now. Delete pod/web and create it again.',
    });
  });

  it.each<[string, Asked['live'], string, string]>([
    ['no endpoints', { answer: 'unknown', endpoints: 0 }, 'No injector is ready.', 'Look at the pods of the injector.'],
    [
      'no endpoints of its Service',
      { answer: 'unknown', endpoints: 0, registration: registered({ service: 'sidecars/injector' }) },
      'No injector is ready.',
      'Run kubectl get pods -n sidecars.',
    ],
    [
      'expired CAs',
      { answer: 'unknown', registration: registered({ hasExpired: true, service: 'sidecars/injector' }) },
      'The certificate of the injector has expired. (x509: certificate has expired)',
      'Run kubectl logs -n sidecars deploy/injector: it says why it is not renewed.',
    ],
  ])('is known by %s', (_, live, cause, fix) => {
    expect(decided({ pod: bare, live }).cause).toMatchObject({ cause, fix });
    expect(decided(of(bare, stored(bare), live)).cause?.fix).toBe(`${fix} Then delete pod/web and create it again.`);
    expect(decided(of(bare, injected(bare), live)).cause).toBeUndefined();
  });

  it('is not looked for where it answers, or where nothing is known', () => {
    for (const live of [
      { answer: 'answered', endpoints: 0 },
      { answer: 'unknown' },
      { answer: 'unknown', registration: 'unknown', endpoints: 0 },
    ] as const)
      expect(decided({ pod: bare, live }).cause).toBeUndefined();
    expect(decided({ pod: podOf('web'), live: { answer: { failure: 'x' } } }).cause?.kind).toBe('nothing-asked');
  });
});

describe('how it came about', () => {
  const labels = { team: 'shop' };
  const state = stateWith(
    [{ name: 'shop', annotations: { 'sidecar.io/topz-port': '22000', 'example.com/a': 'b' }, labels }],
    [template('hello')],
    [
      policyObject(
        'metrics',
        { require: [{ sidecar: 'hello' }], forbid: ['git', 'https'], action: 'Warn' },
        { uid: 'm', generation: 1 },
      ),
    ],
  );
  const carried = { 'sidecar.io/topz': 'true', 'sidecar.io/topz-cpu': '5m' };
  const pod = podOf('web', { 'sidecar.io/topz-memory': '20Mi', 'sidecar.io/hello': 'false', 'example.com/c': 'd' });
  const asked = { pod, state, workload: { annotations: carried }, title: 'deployment/web', at: 'spec.template' };

  it('the layers, the policies and each sidecar are told', () => {
    const { story } = decided({ ...asked, live: { events: [failedCreate] } });
    expect(story).toMatchObject({
      namespace: { 'sidecar.io/topz-port': '22000' },
      policies: [{ name: 'metrics', action: 'Warn', says: 'requires hello, forbids git, forbids https' }],
      workload: carried,
      pod: { 'sidecar.io/topz-memory': '20Mi', 'sidecar.io/hello': 'false' },
      events: [failedCreate],
    });
    expect(Object.keys(story.namespace)).toEqual(['sidecar.io/topz-port']);
    expect(Object.keys(story.pod)).toHaveLength(2);
    const byName = Object.fromEntries(story.sidecars.map((each) => [each.name, each]));
    expect(byName.hello).toEqual({
      ...{ name: 'hello', injected: false, settings: [] },
      why: `spec.template.metadata.annotations['sidecar.io/hello'] is "false"`,
    });
    expect(byName.topz).toMatchObject({
      injected: true,
      why: `workload.metadata.annotations['sidecar.io/topz'] turns it on`,
    });
    expect(byName.topz?.settings).toEqual(
      expect.arrayContaining([
        { parameter: 'port', value: '22000', source: "namespace.metadata.annotations['sidecar.io/topz-port']" },
        { parameter: 'memory', value: '20Mi', source: "spec.template.metadata.annotations['sidecar.io/topz-memory']" },
        { parameter: 'cpu', value: '5m', source: "workload.metadata.annotations['sidecar.io/topz-cpu']" },
      ]),
    );
    expect(byName.topz?.settings).toHaveLength(3);
    expect(story.warnings).toEqual([expect.stringContaining('The policy metrics')]);
  });

  it('the defaults are told of the sidecar that the question is about', () => {
    const { sidecars } = decided({ ...asked, sidecar: 'topz' }).story;
    expect(sidecars.map(({ name }) => name)).toEqual(['topz']);
    const settings = sidecars[0]?.settings ?? [];
    expect(settings.filter(({ parameter }) => parameter === 'port')).toEqual([
      { parameter: 'port', value: '22000', source: "namespace.metadata.annotations['sidecar.io/topz-port']" },
    ]);
    expect(settings).toContainEqual({ parameter: 'native', value: 'auto', source: 'default' });
    expect(settings.every(({ value }) => !/^(null|undefined)$/.test(value))).toBe(true);
  });

  it('what the namespace says and a policy forbids, or what is taken, is not in effect', () => {
    const forbids = stateWith(
      [{ name: 'shop', annotations: { ...git, ...topz, 'sidecar.io/topz-port': '8080' }, labels }],
      [],
      [policyObject('no-git', { forbid: ['git'] }, { uid: 'n', generation: 1 })],
    );
    const containers = [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }];
    const { summary, story } = decided({ pod: podOf('x', {}, { containers }), state: forbids });
    expect(summary).toBe('pod/x in shop would get topz.');
    const [topzStory, gitStory] = ['topz', 'git'].map((each) => story.sidecars.find(({ name }) => name === each));
    expect(topzStory).toMatchObject({ injected: true, settings: [] });
    expect(gitStory).toMatchObject({ injected: false, why: 'what the namespace says has no effect on this pod' });
    expect(gitStory?.settings).not.toContainEqual(expect.objectContaining({ parameter: 'repo' }));
    expect(story.namespace).toMatchObject({ ...git, 'sidecar.io/topz-port': '8080' });
    expect(story.warnings).toHaveLength(2);
  });

  it('a refused pod, and settings that nothing turns on', () => {
    const refusedPod = podOf(
      'x',
      { ...topz, 'sidecar.io/git-period': '1m', 'sidecar.io/topz-native.b': 'true' },
      { hostNetwork: true },
    );
    const { story } = decided({ pod: refusedPod });
    const why = Object.fromEntries(story.sidecars.map(({ name, why }) => [name, why]));
    expect(why).toEqual({
      topz: "metadata.annotations['sidecar.io/topz'] turns it on, but the pod is refused",
      'topz.b': 'nothing turns it on',
      git: 'nothing turns it on',
    });
    expect(story.sidecars.some((each) => each.injected)).toBe(false);
    expect(story).toMatchObject({ webhooks: [], policies: [], events: [], warnings: [] });
  });

  it('what turns off all sidecars, and one of them', () => {
    const whyOf = (annotations: JsonObject) =>
      decided({ pod: podOf('web', annotations) }).story.sidecars.map(({ name, why }) => `${name}: ${why}`);
    expect(whyOf({ ...topz, 'sidecar.io/inject': 'false' })).toEqual([
      'topz: metadata.annotations[\'sidecar.io/inject\'] is "false"',
    ]);
    expect(whyOf({ 'sidecar.io/topz': 'false' })).toEqual([
      'topz: metadata.annotations[\'sidecar.io/topz\'] is "false"',
    ]);
  });

  it('each entry of the webhook says why it is for the pod or not', () => {
    const [one] = entriesOf(builtInState);
    if (!one) throw new Error('there are no entries');
    const selector = (key: string) => [{ key, operator: 'In' as const, values: ['x'] }];
    const entries = [
      { ...one, name: 'namespace', namespaces: selector('team') },
      { ...one, name: 'pod', pods: selector('app') },
      { ...one, name: 'condition', conditions: ['true', 'false'] },
      { ...one, name: 'unknown', namespaces: [], conditions: ['true', 'nobody.knows(this)'] },
      {
        ...one,
        name: 'all',
        namespaces: selector('tier'),
        pods: selector('role'),
        conditions: ['request.namespace == "shop"'],
      },
    ];
    const asks = podOf('web', topz, {}, { labels: { role: 'x' } });
    const { webhooks } = decided({
      pod: asks,
      live: { namespace: { metadata: { labels: { tier: 'x' } } }, registration: registered({ entries }) },
    }).story;
    expect(webhooks).toEqual([
      { name: 'namespace', failurePolicy: 'Fail', asked: 'no: its namespaceSelector leaves out the namespace' },
      { name: 'pod', failurePolicy: 'Fail', asked: 'no: its objectSelector leaves out the pod' },
      { name: 'condition', failurePolicy: 'Fail', asked: 'no: its conditions leave out the pod' },
      { name: 'unknown', failurePolicy: 'Fail', asked: 'yes' },
      { name: 'all', failurePolicy: 'Fail', asked: 'yes' },
    ]);
  });

  it('a pod that cannot be read has no story, and its problem as the cause', () => {
    const { verdict, cause, story } = decided({ pod: { ...podOf('x', { 'sidecar.io/topz': 'true' }), spec: 7 } });
    expect(verdict).toBe('refused');
    expect(cause).toMatchObject({ family: 'refused', kind: 'problem' });
    expect(story).toMatchObject({ namespace: {}, policies: [], workload: {}, pod: {}, sidecars: [], webhooks: [] });
  });
});

it('the status of a pod says what it has', () => {
  const recorded = recordedIn(injected(both));
  expect(recorded?.map(({ name, native }) => [name, native])).toEqual([
    ['git', true],
    ['topz', true],
  ]);
  expect(recordedIn(podOf('x', { 'sidecar.io/status': 'x' }))).toBeUndefined();
  expect(created < after).toBe(true);
});
