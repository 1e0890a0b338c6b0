// What surrounds the decisions of a rollout: waves, what is gathered from an audit, and what is printed on the way. On
// a real API server: test/api-server/rollout.test.ts.
import { describe, expect, it } from 'vitest';
import type { AuditedPod } from '../../src/cli/audit/audit-cluster.ts';
import { openCluster } from '../../src/cli/cluster/open-cluster.ts';
import { type WorkloadName, workloadName } from '../../src/cli/cluster/workload-name.ts';
import { createLook } from '../../src/cli/rollout/observe.ts';
import { createGathering } from '../../src/cli/rollout/out-of-date.ts';
import { createProgress } from '../../src/cli/rollout/progress.ts';
import { type Member, type Observe, runWaves, type Surroundings } from '../../src/cli/rollout/run.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { begun } from '../../src/rollout/verdict.ts';
import { wavesOf } from '../../src/rollout/waves.ts';
import { budget, pod, seen, workload } from '../rollout/objects.ts';
import { run } from './run.ts';

const nameOf = (name: string): WorkloadName => ({ kind: 'Deployment', namespace: 'shop', name, type: '', path: '' });
const member = (name: string): Member => ({ owner: nameOf(name), progress: begun(undefined, 0), verdict: undefined });
const three = (state: Parameters<typeof pod>[1]) => ['a', 'b', 'c'].map((name) => pod(name, state));

/** Workloads that are ready at the second look after their restart, but for those that crash. */
function surroundings(crashing: readonly string[], more: Partial<Surroundings> = {}) {
  const restarts: string[] = [];
  let now = 0;
  const pods = (name: string, restart: string): JsonObject[] =>
    crashing.includes(name)
      ? three({ restart, ready: false, waiting: { reason: 'ImagePullBackOff' } })
      : three({ restart });
  const all: Surroundings = {
    look:
      () =>
      ({ name }, restart) =>
        seen(
          workload(restart === undefined ? {} : { restart }),
          restart === undefined ? three({}) : pods(name, restart),
        ),
    changes: {
      restart({ name }) {
        restarts.push(name);
        return 'restarted';
      },
      evict: () => 'evicted',
    },
    now: () => now,
    pause: (milliseconds) => {
      now += milliseconds;
    },
    looked: () => {},
    ...more,
  };
  return { all, restarts };
}

const stepsOf = (waves: readonly (readonly Member[])[]) =>
  waves.map((wave) => wave.map(({ verdict }) => verdict?.step));

describe('waves', () => {
  const waves = wavesOf(['a', 'b', 'c', 'd', 'e'].map(member), { owners: 2 });

  it('follow each other until all are ready', () => {
    const { all, restarts } = surroundings([]);
    expect(stepsOf(runWaves(waves, 60_000, all))).toEqual([['ready'], ['ready', 'ready'], ['ready', 'ready']]);
    expect(restarts).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('end with the one in which a pod fails, and nothing of the next is touched', () => {
    const { all, restarts } = surroundings(['c']);
    expect(stepsOf(runWaves(waves, 60_000, all))).toEqual([['ready'], ['wait', 'stop'], [undefined, undefined]]);
    expect(restarts).toEqual(['a', 'b', 'c']);
  });

  it('end where a pod of the wave before fails after all', () => {
    const { all, restarts } = surroundings([]);
    const seenWaves: number[] = [];
    const observe: Observe = (owner, restart) =>
      owner.name === 'a' && restart !== undefined && all.now() > 8000
        ? seen(workload({ restart }), three({ restart, ready: false, waiting: { reason: 'CrashLoopBackOff' } }))
        : all.look()(owner, restart);
    const looked = (wave: number) => seenWaves.push(wave);
    const ended = runWaves(waves, 60_000, { ...all, look: () => observe, looked });
    expect(stepsOf(ended)).toEqual([['stop'], ['wait', 'wait'], [undefined, undefined]]);
    expect(restarts).toEqual(['a', 'b', 'c']);
    expect(seenWaves.slice(-2)).toEqual([0, 1]);
  });

  it('say of a pod of the wave before that it is not ready, and once that it is again', () => {
    const { all } = surroundings([]);
    const steps: unknown[] = [];
    const observe: Observe = (owner, restart) =>
      owner.name === 'a' && restart !== undefined && all.now() === 8000
        ? seen(workload({ restart }), three({ restart, ready: false }))
        : all.look()(owner, restart);
    const looked: Surroundings['looked'] = (wave, members) => {
      if (wave === 0 && all.now() >= 8000) steps.push(members[0]?.verdict?.step);
    };
    runWaves(waves, 60_000, { ...all, look: () => observe, looked });
    expect(steps).toEqual(['wait', 'wait', 'wait', 'wait', 'ready']);
  });

  it('go on where somebody restarts a workload that was ready, and end where it was not', () => {
    const { all } = surroundings([]);
    const changed =
      (name: string): Observe =>
      (owner, restart) => {
        const isChanged = owner.name === name && restart !== undefined && all.now() - start > 8000;
        return isChanged
          ? seen(workload({ restart: 'theirs' }), three({ restart: 'theirs' }))
          : all.look()(owner, restart);
      };
    let start = all.now();
    const ended = runWaves(waves, 60_000, { ...all, look: () => changed('a') });
    expect(stepsOf(ended)).toEqual([['ready'], ['ready', 'ready'], ['ready', 'ready']]);
    start = all.now();
    const [, [, c] = []] = runWaves(waves, 60_000, { ...all, look: () => changed('c') });
    expect(c?.verdict).toMatchObject({ step: 'stop', failure: { reason: 'TemplateChanged' } });
  });

  it('end where the API server refuses a restart', () => {
    const message = 'Error from server (Forbidden): no';
    const changes: Surroundings['changes'] = { restart: () => ({ message }), evict: () => 'evicted' };
    const { all } = surroundings([], { changes });
    const [[first] = []] = runWaves(waves, 60_000, all);
    expect(all.now(), 'at once').toBe(0);
    expect(first?.verdict).toMatchObject({ step: 'stop', failure: { reason: 'Refused', message } });
  });

  it.each([
    'The connection to the server was refused',
    'Error from server (InternalError): Internal error occurred: failed calling webhook',
  ])('try a restart again after %j, until that lasts', (message) => {
    const { all, restarts } = surroundings([]);
    let times = 0;
    const restart: Surroundings['changes']['restart'] = (...args) =>
      times++ < 3 ? { message } : all.changes.restart(...args);
    const changes = { ...all.changes, restart };
    expect(stepsOf(runWaves([[member('a')]], 60_000, { ...all, changes }))).toEqual([['ready']]);
    expect(restarts).toEqual(['a']);
    const never = { ...all.changes, restart: () => ({ message }) };
    const [[first] = []] = runWaves([[member('a')]], 60_000, { ...all, changes: never });
    expect(first?.verdict).toMatchObject({ step: 'stop', failure: { reason: 'Refused', message } });
  });

  it('ask again with the same time, which changes nothing where the first request was done after all', () => {
    const { all } = surroundings([]);
    const message = 'Error from server (Timeout): the server may still be processing the request';
    const asked: string[] = [];
    const restart: Surroundings['changes']['restart'] = (_, at) => (asked.push(at) < 3 ? { message } : 'restarted');
    // The pods are those of the first request from then on.
    const observe: Observe = () => {
      const [done] = asked;
      return done === undefined
        ? seen(workload(), three({}))
        : seen(workload({ restart: done }), three({ restart: done }));
    };
    const changes = { ...all.changes, restart };
    expect(stepsOf(runWaves([[member('a')]], 60_000, { ...all, changes, look: () => observe }))).toEqual([['ready']]);
    expect(asked).toEqual(Array(3).fill('1970-01-01T00:00:00.000Z'));
  });

  it('wait while the API server does not answer, and end when that lasts', () => {
    let looks = 0;
    const { all, restarts } = surroundings([]);
    const observe: Observe = (owner, restart) =>
      looks++ < 3 ? { message: 'connection refused' } : all.look()(owner, restart);
    expect(stepsOf(runWaves([[member('a')]], 60_000, { ...all, look: () => observe }))).toEqual([['ready']]);
    expect(restarts).toEqual(['a']);
    const never = () => ({ message: 'connection refused' });
    expect(stepsOf(runWaves([[member('a')]], 60_000, { ...all, look: () => never }))).toEqual([['stop']]);
  });

  it('end for want of answers only when those have been missing for the timeout, however long a workload took before', () => {
    const { all } = surroundings([]);
    const unavailable = { message: 'Error from server (ServiceUnavailable): apiserver is shutting down' };
    const spec = { minReadySeconds: 600 };
    const observe =
      (from: number, to: number): Observe =>
      (_, restart) => {
        const now = all.now() - start;
        if (now >= from && now < to) return unavailable;
        const status = { availableReplicas: now < 600_000 ? 0 : 3 };
        return seen(workload(restart ? { restart, spec, status } : { spec }), three(restart ? { restart } : {}));
      };
    let start = all.now();
    const first = runWaves([[member('a')]], 300_000, { ...all, look: () => observe(402_000, 404_000) });
    expect(stepsOf(first)).toEqual([['ready']]);
    start = all.now();
    const [[last] = []] = runWaves([[member('a')]], 60_000, { ...all, look: () => observe(402_000, 900_000) });
    expect(last?.verdict).toMatchObject({ step: 'stop', failure: { reason: 'Refused', ...unavailable } });
    expect(all.now() - start).toBe(464_000);
  });

  it('restart together only as many as the budget that they share allows', () => {
    const spec = { strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } };
    const { all, restarts } = surroundings([]);
    const steps: string[] = [];
    const observe: Observe = (_, restart) =>
      seen(workload({ spec, ...(restart === undefined ? {} : { restart }) }), three(restart ? { restart } : {}), {
        budgets: [budget(1, 3, 2)],
      });
    const looked = (_: number, members: readonly Member[]) => {
      steps.push(members.map(({ verdict }) => verdict?.step).join(' '));
    };
    const both = [['a', 'b'].map(member)];
    // The time that the first takes does not count for the second.
    expect(stepsOf(runWaves(both, 2000, { ...all, look: () => observe, looked }))).toEqual([['ready', 'ready']]);
    expect(restarts).toEqual(['a', 'b']);
    expect(new Set(steps)).toEqual(
      new Set(['restart wait', 'wait wait', 'ready restart', 'ready wait', 'ready ready']),
    );
  });

  it('leave out what does not exist any more', () => {
    const { all } = surroundings([], { look: () => () => ({ message: 'Error from server (NotFound): gone' }) });
    expect(stepsOf(runWaves([[member('a')]], 60_000, all))).toEqual([['leave']]);
  });

  it('end with the words of the budget when an eviction is refused for too long', () => {
    const held = 'Cannot evict pod as it would violate the pod disruption budget.';
    const owner = (restart?: string) =>
      workload({ kind: 'StatefulSet', spec: { updateStrategy: { type: 'OnDelete' } }, ...(restart && { restart }) });
    const { all } = surroundings([], {
      look: () => (_, restart) => seen(owner(restart), three({})),
      changes: { restart: () => 'restarted', evict: () => ({ held }) },
    });
    const [[first] = []] = runWaves([[member('a')]], 60_000, all);
    expect(first?.verdict).toMatchObject({ step: 'stop', failure: { reason: 'DisruptionBudget', message: held } });
  });
});

describe('what an audit finds', () => {
  const audited = (name: string, owner: string, findings: AuditedPod['findings']): AuditedPod => ({
    ...{ namespace: 'shop', name, findings },
    owner: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: owner, uid: '', annotations: {} },
  });
  const missing = { kind: 'missing', sidecar: 'logs', source: '', was: false } as const;
  const outdated = { kind: 'outdated', sidecar: 'logs', images: [] } as const;
  const refused = {
    kind: 'refused',
    problems: [{ code: 'port-taken', path: 'spec', message: 'Taken.', fix: 'Choose another.' }],
  } as const;
  const gathered = (isMeant: Parameters<typeof createGathering>[0]) => {
    const gathering = createGathering(isMeant);
    gathering.add(audited('web-1', 'web', [missing]));
    gathering.add(audited('web-2', 'web', [missing]));
    gathering.add(audited('old-1', 'old', [outdated]));
    gathering.add(audited('bad-1', 'bad', [refused]));
    gathering.add(audited('far-1', 'far', [{ kind: 'unreached', sidecar: 'logs' }]));
    return gathering.gathered().map(({ owner, pods, hindrance }) => [owner.path, pods.length, hindrance]);
  };
  const path = (name: string) => `/apis/apps/v1/namespaces/shop/deployments/${name}`;
  const hindered = [
    [path('bad'), 1, 'New pods would be refused. spec: Taken. Choose another. [port-taken]'],
    [path('far'), 1, expect.stringContaining('New pods would not get logs either')],
  ];

  it('is gathered by workload, with what makes a restart useless', () => {
    expect(gathered(() => true)).toEqual([[path('web'), 2, undefined], [path('old'), 1, undefined], ...hindered]);
  });

  it('counts for a repair only where a sidecar is missing', () => {
    expect(gathered(({ kind }) => kind === 'missing')).toEqual([[path('web'), 2, undefined], ...hindered]);
  });
});

describe('progress', () => {
  const printed = (live: boolean) => {
    let text = '';
    const stderr = (more: string) => {
      text += more;
    };
    const waves = [[member('a')], [member('b'), member('c'), member('d')]];
    const { looked, end } = createProgress({ stderr, live }, waves);
    const [b, c, d] = waves[1] ?? [];
    if (!b || !c || !d) throw new Error('there is no second wave');
    const wait = { step: 'wait', ready: 1, of: 2, why: '' } as const;
    const members = [
      { ...b, verdict: { step: 'ready' } },
      { ...c, verdict: wait },
      { ...d, verdict: wait },
    ] as const;
    looked(1, members);
    looked(1, members);
    end();
    return text;
  };

  it('is a line for each change', () => {
    expect(printed(false).split('\n')).toEqual([
      'wave 2 of 2: deployment/b -n shop: ready',
      'wave 2 of 2: deployment/c -n shop: 1 of 2 new pods are ready',
      'wave 2 of 2: deployment/d -n shop: 1 of 2 new pods are ready',
      '',
    ]);
  });

  it('has a bar below them on a terminal, which goes at the end', () => {
    const text = printed(true);
    expect(text).toContain(`[${'#'.repeat(15)}${'-'.repeat(15)}] 2 of 4 ready`);
    expect(text.endsWith('\r\x1b[K')).toBe(true);
  });
});

it.each([
  [['rollout', '--wave', '0'], 'Invalid value "0" for --wave. Write a percentage such as 10%, or a number'],
  [['rollout', '-A', '-n', 'shop'], 'Write -n or -A, not both.'],
  [['repair', '-A', 'deployment/web'], 'Names and -A do not go together: write -n.'],
  [['rollout', 'deployment/web', '-l', 'app=db'], 'Names and -l do not go together: write one of them.'],
  [['repair', 'deployment'], 'Name a workload: deployment/web.'],
])('%j is wrong use', (args, message) => {
  expect(run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
});

it('the budgets of a namespace are read once in a look, and anew in the next', () => {
  const asked: string[] = [];
  const kubectl = ([, , path = '']: readonly string[]) => {
    asked.push(path);
    const object = path.includes('/deployments/') ? workload() : { items: [] };
    return { bytes: new TextEncoder().encode(JSON.stringify(object)) };
  };
  const cluster = openCluster(kubectl, { context: undefined, kubeconfig: undefined, as: undefined });
  const budgets = () => asked.filter((path) => path.includes('poddisruptionbudgets'));
  const inNamespace = (namespace: string, name: string) => workloadName('apps/v1', 'Deployment', namespace, name);
  const observe = createLook(cluster);
  for (const owner of [inNamespace('shop', 'a'), inNamespace('shop', 'b'), inNamespace('other', 'a')])
    observe(owner, undefined);
  expect(budgets()).toEqual(['shop', 'other'].map((name) => `/apis/policy/v1/namespaces/${name}/poddisruptionbudgets`));
  createLook(cluster)(inNamespace('shop', 'a'), undefined);
  expect(budgets()).toHaveLength(3);
});
