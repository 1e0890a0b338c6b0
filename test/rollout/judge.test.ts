// What comes next for a workload, from one look at it.
import { describe, expect, it } from 'vitest';
import { claimed } from '../../src/rollout/budgets.ts';
import { judge } from '../../src/rollout/judge.ts';
import { restartUnderWay } from '../../src/rollout/observation.ts';
import { begun, type Progress } from '../../src/rollout/verdict.ts';
import { budget, type PodState, pod, seen, workload } from './objects.ts';

const restart = '2026-11-26T10:00:00.000Z';
const minute = 60_000;
const progress = (more: Partial<Progress> = {}): Progress => ({ ...begun(restart, 0), ...more });
const fresh = (name: string, state: PodState = {}) => pod(name, { restart, ...state });
const next = (...args: Partial<Parameters<typeof judge>>) => {
  const [look = seen(workload({ restart }), []), before = progress(), now = 0, timeout = minute, claims] = args;
  return judge(look, before, now, timeout, claims);
};
const verdict = (...args: Parameters<typeof next>) => next(...args).verdict;
const longReady = progress({ ready: 3, settled: -5000 });
const three = (state: PodState = {}) => ['a', 'b', 'c'].map((name) => fresh(name, state));

describe('before its restart, a workload', () => {
  const before = begun(undefined, 0);
  const olds = ['a', 'b', 'c'].map((name) => pod(name));
  const held = (budgets: Parameters<typeof seen>[2], spec = {}, now = 0) =>
    verdict(seen(workload({ spec }), olds, budgets), before, now);
  const recreate = { strategy: { type: 'Recreate' } };

  it('is restarted where no budget selects its pods', () => {
    expect(held({})).toEqual({ step: 'restart' });
  });

  it('is restarted where it takes no pod away before a new one is ready, as long as the budget has enough', () => {
    expect(held({ budgets: [budget(0, 3, 3)] })).toEqual({ step: 'restart' });
    expect(held({ budgets: [budget(0, 2, 3)] })).toMatchObject({
      step: 'wait',
      why: expect.stringContaining('3 healthy'),
    });
  });

  it('waits while a budget allows fewer pods to go than it takes away at once, and then stops', () => {
    const why = 'PodDisruptionBudget web allows 1 disruption, and a restart makes 3 disruptions at once.';
    expect(held({ budgets: [budget(1, 3, 2)] }, recreate)).toMatchObject({ step: 'wait', why });
    expect(held({ budgets: [budget(1, 3, 2)] }, recreate, minute + 1)).toMatchObject({
      step: 'stop',
      failure: { reason: 'DisruptionBudget', message: why, fix: expect.stringContaining('maxUnavailable') },
    });
    expect(held({ budgets: [budget(3, 3, 0)] }, recreate)).toEqual({ step: 'restart' });
  });

  it('is not held by a budget where it is short of pods itself and loses none that is ready', () => {
    const of = (kind: string, ready: number, spec = {}) => {
      const pods = olds.map(({ metadata }, i) => pod(String(Object(metadata).name), { ready: i < ready }));
      return verdict(seen(workload({ kind, spec }), pods, { budgets: [budget(0, ready, 3)] }), before).step;
    };
    // All of its new pods fail after a restart that was stopped: only another restart makes the budget whole.
    expect(of('Deployment', 0, recreate)).toBe('restart');
    expect(of('Deployment', 2, { strategy: { rollingUpdate: { maxUnavailable: 1 } } })).toBe('restart');
    expect(of('Deployment', 2, recreate)).toBe('wait');
    // A StatefulSet goes by the numbers of its pods, and may take one that is ready.
    expect(of('StatefulSet', 2)).toBe('wait');
    expect(of('StatefulSet', 0)).toBe('restart');
    expect(of('StatefulSet', 2, { updateStrategy: { type: 'OnDelete' } })).toBe('restart');
  });

  it('waits for those that take pods of its budget away beside it, and has its own time after that', () => {
    const [shared] = [budget(2, 3, 1)];
    const look = seen(workload({ spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } } }), olds, {
      budgets: [shared],
    });
    const beside = (pods: number, now = 0) => next(look, before, now, minute, claimed(new Map(), [shared], pods));
    expect(beside(1).verdict).toEqual({ step: 'restart' });
    expect(beside(2).verdict).toMatchObject({
      step: 'wait',
      why: expect.stringContaining('allows 2 disruptions, and a restart makes 1 disruption at once, beside 2 of'),
    });
    expect(beside(2, 9 * minute)).toMatchObject({ verdict: { step: 'wait' }, progress: { since: 9 * minute } });
    // The claims of another budget are none of its own.
    const other = { ...shared, metadata: { name: 'other' } };
    expect(next(look, before, 0, minute, claimed(new Map(), [other], 2)).verdict).toEqual({ step: 'restart' });
  });

  it('is left alone where that is so by now', () => {
    expect(held({}, { paused: true })).toMatchObject({ step: 'leave' });
  });
});

describe('after its restart, a workload', () => {
  it('is ready when all of its pods are new and available, and stay so', () => {
    const look = seen(workload({ restart }), three());
    const first = next(look, progress(), 1000);
    expect(first).toMatchObject({ verdict: { step: 'wait', ready: 3 }, progress: { settled: 1000 } });
    expect(verdict(look, first.progress, 5999)).toMatchObject({ step: 'wait' });
    expect(verdict(look, first.progress, 6000)).toEqual({ step: 'ready' });
    // One of them ends right after its start: the time begins anew.
    const [a = pod('a'), ...others] = three();
    const fallen = next(seen(workload({ restart }), [fresh('d', { ready: false }), ...others]), first.progress, 6000);
    expect(fallen).toMatchObject({ verdict: { step: 'wait' }, progress: { settled: undefined } });
    expect(verdict(seen(workload({ restart }), [a, ...others]), fallen.progress, 7000)).toMatchObject({ step: 'wait' });
    const daemons = { kind: 'DaemonSet', restart, status: { desiredNumberScheduled: 3, numberAvailable: 3 } };
    expect(verdict(seen(workload(daemons), three()), longReady)).toEqual({ step: 'ready' });
  });

  it('is ready after a longer time where a container has ended and was started again', () => {
    const again = seen(workload({ restart }), [...three().slice(1), fresh('d', { restarts: 1 })]);
    expect(verdict(again, progress({ ready: 3, settled: 0 }), 29_999)).toMatchObject({ step: 'wait', ready: 3 });
    expect(verdict(again, progress({ ready: 3, settled: 0 }), 30_000)).toEqual({ step: 'ready' });
  });

  it.each([
    ['its controller has not seen the restart', workload({ restart, status: { observedGeneration: 1 } }), three()],
    ['a new pod is missing', workload({ restart }), three().slice(1)],
    ['a new pod is not ready', workload({ restart }), [...three().slice(1), fresh('d', { ready: false })]],
    ['a new pod is on its way out', workload({ restart }), [...three().slice(1), fresh('d', { leaving: true })]],
    ['a pod of before is there', workload({ restart }), [...three(), pod('old')]],
    ['its pods are not available yet', workload({ restart, status: { availableReplicas: 2 } }), three()],
  ])('is waited for while %s', (_, owner, pods) => {
    expect(verdict(seen(owner, pods))).toMatchObject({ step: 'wait', of: 3 });
  });

  it('is ready although pods of before have ended, or are on their way out', () => {
    const pods = [...three(), pod('old', { leaving: true }), pod('evicted', { phase: 'Failed', ready: false })];
    expect(verdict(seen(workload({ restart }), pods), longReady)).toEqual({ step: 'ready' });
  });

  it('gets more time with each pod that becomes ready', () => {
    const [a = pod('a'), ...others] = three({ ready: false });
    const look = seen(workload({ restart }), [fresh('a'), ...others]);
    const first = next(look, progress(), minute);
    expect(first.progress).toMatchObject({ ready: 1, since: minute });
    expect(verdict(look, first.progress, 2 * minute)).toMatchObject({ step: 'wait', ready: 1 });
    // One that comes and goes is no progress.
    const flapping = next(seen(workload({ restart }), [a, ...others]), first.progress, 2 * minute);
    expect(next(look, flapping.progress, 2 * minute + 1).verdict).toMatchObject({ step: 'stop' });
  });

  it('gets no more time where its only pod is ready again and again, but never for long', () => {
    const owner = workload({ restart, spec: { replicas: 1 } });
    const at = (now: number) => seen(owner, [fresh('a', { restarts: 1, ready: now % 20_000 !== 0 })]);
    let last = next(at(2000), progress(), 2000);
    for (let now = 4000; now <= 5 * minute && last.verdict.step === 'wait'; now += 2000)
      last = next(at(now), last.progress, now);
    expect(last).toMatchObject({ verdict: { step: 'stop', failure: { pod: 'a' } }, progress: { since: 2000 } });
    // One that is ready for long enough is, also after the time.
    expect(verdict(at(2000), progress({ ready: 1, settled: 0 }), 2 * minute)).toEqual({ step: 'ready' });
    expect(verdict(at(2000), progress({ ready: 1, settled: 2 * minute }), 2 * minute)).toMatchObject({ step: 'wait' });
  });

  it('stops when no further pod becomes ready in time, and says what the pod says', () => {
    const unscheduled = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' };
    const pods = [...three().slice(1), fresh('d', { ready: false, conditions: [unscheduled] })];
    expect(verdict(seen(workload({ restart }), pods), progress({ ready: 2 }), minute + 1)).toMatchObject({
      step: 'stop',
      failure: { pod: 'd', reason: 'Unschedulable', message: 'No further pod became ready within 60 s. 0/1 nodes' },
    });
    expect(verdict(seen(workload({ restart }), []), progress(), minute + 1)).toMatchObject({
      failure: { pod: '', reason: 'NotReady' },
    });
  });

  it('has as much more time as its minReadySeconds, after which a ready pod counts', () => {
    const slow = seen(workload({ restart, spec: { minReadySeconds: 300 }, status: { availableReplicas: 1 } }), three());
    const ready = progress({ ready: 3 });
    expect(verdict(slow, ready, 6 * minute)).toMatchObject({ step: 'wait', ready: 3 });
    expect(verdict(slow, ready, 6 * minute + 1)).toMatchObject({
      failure: { message: expect.stringContaining('within 360 s.') },
    });
  });

  it('names a longer time that its Deployment gives', () => {
    const owner = workload({ restart, spec: { progressDeadlineSeconds: 900 } });
    const stopped = verdict(seen(owner, [fresh('a', { ready: false })]), progress(), minute + 1);
    expect(stopped).toMatchObject({ failure: { message: expect.stringContaining('--timeout 900s') } });
  });

  it('stops when somebody else pauses it half-way, and not where all is done or nothing is left', () => {
    const paused = { restart, spec: { paused: true } };
    expect(verdict(seen(workload(paused), [fresh('a'), pod('b')]))).toMatchObject({
      step: 'stop',
      failure: { reason: 'Interrupted', message: expect.stringContaining('kubectl rollout resume') },
    });
    expect(verdict(seen(workload(paused), three()))).toMatchObject({ step: 'leave' });
    const scaled = workload({ restart, spec: { replicas: 0 } });
    expect(verdict(seen(scaled, [pod('b')]))).toMatchObject({ step: 'leave' });
  });

  it('stops when somebody else changes its template', () => {
    expect(verdict(seen(workload({ restart: 'later' }), three()))).toMatchObject({
      step: 'stop',
      failure: { reason: 'TemplateChanged' },
    });
  });
});

describe('a new pod that fails stops it at once', () => {
  const failing = (state: PodState, owner = workload({ restart })) =>
    verdict(seen(owner, [pod('old'), fresh('new', { ready: false, ...state })]));

  it('with the container, its sidecar, the exit code and what to do', () => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
    expect(failing({ waiting, lastState: { terminated: { exitCode: 7 } } })).toEqual({
      step: 'stop',
      failure: {
        ...{ pod: 'new', container: 'sidecar-git', sidecar: 'git', reason: 'CrashLoopBackOff' },
        message: 'It ended with exit code 7.',
        fix: [
          'Correct the template or the settings of the sidecar git: see sidecar explain deployment/web -n shop.',
          'Then run this command again.',
          'Until then, kubectl rollout undo deployment/web -n shop takes the new pods away.',
        ].join(' '),
      },
    });
  });

  it.each(['ImagePullBackOff', 'CreateContainerError', 'CreateContainerConfigError', 'InvalidImageName'])(
    '%s',
    (reason) => {
      expect(failing({ waiting: { reason, message: 'said' } })).toMatchObject({
        step: 'stop',
        failure: { reason, message: 'said' },
      });
    },
  );

  it.each(['PodInitializing', 'ContainerCreating', 'ErrImagePull'])('but not %s, which can pass', (reason) => {
    expect(failing({ waiting: { reason } })).toMatchObject({ step: 'wait' });
  });

  it('but not one of before the restart', () => {
    const crashing = pod('old', { ready: false, waiting: { reason: 'CrashLoopBackOff' } });
    expect(verdict(seen(workload({ restart }), [crashing]))).toMatchObject({ step: 'wait' });
  });

  it('that the API server refuses, by the status of a Deployment or by Events of others', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }];
    const failure = { reason: 'FailedCreate', message: 'exceeded quota' };
    expect(failing({}, workload({ restart, status: { conditions } }))).toMatchObject({ step: 'stop', failure });
    // As long as its controller has not seen the restart, the status is about pods of before.
    const stale = workload({ restart, status: { conditions, observedGeneration: 1 } });
    expect(failing({}, stale)).toMatchObject({ step: 'wait' });
    const events = { refusals: ['exceeded quota'] };
    expect(verdict(seen(workload({ kind: 'StatefulSet', restart }), [], events))).toMatchObject({
      step: 'stop',
      failure,
    });
  });

  it('when the Deployment says that it makes no progress', () => {
    const deadline = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' };
    expect(failing({}, workload({ restart, status: { conditions: [deadline] } }))).toMatchObject({
      step: 'stop',
      failure: { reason: 'ProgressDeadlineExceeded' },
    });
  });
});

describe('a workload whose pods are evicted', () => {
  const owner = workload({ kind: 'StatefulSet', restart, spec: { updateStrategy: { type: 'OnDelete' } } });
  const looks = (...pods: Parameters<typeof seen>[1][number][]) => verdict(seen(owner, pods));

  it('loses one pod after the other, and none while one is missing, on its way out, or new and not ready', () => {
    expect(looks(pod('a'), pod('b'), pod('c'))).toEqual({ step: 'evict', pod: 'c' });
    expect(looks(pod('a'), pod('b'), pod('c', { leaving: true }))).toMatchObject({ step: 'wait' });
    expect(looks(pod('a'), pod('b'))).toMatchObject({ step: 'wait' });
    expect(looks(pod('a'), pod('b'), fresh('c', { ready: false }))).toMatchObject({ step: 'wait' });
    expect(looks(pod('a'), pod('b'), fresh('c'))).toEqual({ step: 'evict', pod: 'b' });
    expect(verdict(seen(owner, three()), longReady)).toEqual({ step: 'ready' });
  });

  it('loses those first that are not ready anyway', () => {
    expect(looks(pod('a', { ready: false }), pod('b'), pod('c'))).toEqual({ step: 'evict', pod: 'a' });
  });

  it('stops with what the budget says when it cannot be evicted in time', () => {
    const held = progress({ held: 'Cannot evict pod as it would violate the pod’s disruption budget.' });
    const look = seen(owner, [pod('a'), pod('b'), pod('c')]);
    expect(verdict(look, held, minute)).toEqual({ step: 'evict', pod: 'c' });
    expect(verdict(look, held, minute + 1)).toMatchObject({
      step: 'stop',
      failure: { reason: 'DisruptionBudget', message: held.held },
    });
  });
});

it('a pod of before that fails is evicted from a StatefulSet, which waits for it and replaces none', () => {
  const set = workload({ kind: 'StatefulSet', restart });
  const failing = pod('c', { ready: false, waiting: { reason: 'CrashLoopBackOff' } });
  expect(verdict(seen(set, [pod('a'), pod('b'), failing]))).toEqual({ step: 'evict', pod: 'c' });
  expect(verdict(seen(set, [pod('a'), pod('b'), pod('c', { ready: false })]))).toMatchObject({ step: 'wait' });
  // A Deployment and a DaemonSet replace it by themselves.
  expect(verdict(seen(workload({ restart }), [pod('a'), pod('b'), failing]))).toMatchObject({ step: 'wait' });
});

it('a restart is under way where no pod that is to be replaced was made after it', () => {
  expect(restartUnderWay(workload({ restart }), [pod('old')])).toBe(restart);
  expect(restartUnderWay(workload({ restart }), [pod('old'), fresh('new')])).toBeUndefined();
  expect(restartUnderWay(workload(), [pod('old')])).toBeUndefined();
});
