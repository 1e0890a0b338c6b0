import { type Claims, claimed } from '../../rollout/budgets.ts';
import { failed } from '../../rollout/failure.ts';
import { judge } from '../../rollout/judge.ts';
import { meansOf } from '../../rollout/means.ts';
import type { Observation } from '../../rollout/observation.ts';
import type { Progress, Verdict } from '../../rollout/verdict.ts';
import type { Changes } from '../cluster/changes.ts';
import type { WorkloadName } from '../cluster/workload-name.ts';

/** An owner and how far it is. */
export interface Member {
  readonly owner: WorkloadName;
  readonly progress: Progress;
  /** What was to be done at the last look; undefined before the first. */
  readonly verdict: Verdict | undefined;
}

/** An owner as it is, since its restart; or why that cannot be read. */
export type Observe = (owner: WorkloadName, restart: string | undefined) => Observation | { readonly message: string };

/** Everything around a rollout. */
export interface Surroundings {
  /** Begins a look at owners. */
  readonly look: () => Observe;
  readonly changes: Changes;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => void;
  /** Called after each look at a wave. Waves are counted from 0. */
  readonly looked: (wave: number, members: readonly Member[]) => void;
}

/** Between two looks, in milliseconds. */
const interval = 2000;

/**
 * Restarts the owners, wave by wave: a wave begins when all of the one before are ready. That one is watched until the
 * new one is ready too, because some pods fail only after a while. Stops where one fails, without touching anything
 * more.
 */
export function runWaves(
  waves: readonly (readonly Member[])[],
  timeout: number,
  surroundings: Surroundings,
): readonly (readonly Member[])[] {
  let ended: readonly (readonly Member[])[] = [];
  for (const [index, wave] of waves.entries()) {
    const watched = ended.at(-1)?.filter(isReady) ?? [];
    const looked = runWave(index, watched, wave, timeout, surroundings);
    const latest = (member: Member) => looked.find(({ owner }) => owner === member.owner) ?? member;
    ended = [...ended, wave].map((members) => members.map(latest));
    if (looked.some(isStopped)) return [...ended, ...waves.slice(ended.length)];
  }
  return ended;
}

const isReady = ({ verdict }: Member) => verdict?.step === 'ready';
const isStopped = ({ verdict }: Member) => verdict?.step === 'stop';
const isEnded = (member: Member) => isReady(member) || member.verdict?.step === 'leave';

function runWave(
  index: number,
  watched: readonly Member[],
  wave: readonly Member[],
  timeout: number,
  surroundings: Surroundings,
): readonly Member[] {
  const { now, pause, looked } = surroundings;
  const start = now();
  let members: readonly Member[] = [...watched, ...wave].map((member) => ({
    ...member,
    progress: { ...member.progress, since: start },
  }));
  for (;;) {
    const before = members.slice(0, watched.length);
    members = looksAt(members, timeout, surroundings);
    // Nothing is begun beside one that fails.
    if (!members.some(isStopped)) members = members.map((member) => act(member, timeout, surroundings));
    const again = members.slice(0, watched.length);
    if (![...before, ...again].every(isReady)) looked(index - 1, again);
    looked(index, members.slice(watched.length));
    if (members.some(isStopped) || members.every(isEnded)) return members;
    pause(interval);
  }
}

/**
 * What a look at each owner says. Those that share a budget are judged together: what one takes away, the others
 * cannot.
 */
function looksAt(members: readonly Member[], timeout: number, { look, now }: Surroundings): readonly Member[] {
  const observe = look();
  const looks = members.map((member) => ({ member, seen: observe(member.owner, member.progress.restart) }));
  let claims = looks.filter(({ member }) => isUnderWay(member)).reduce((sum, { seen }) => withClaims(sum, seen), none);
  return looks.map(({ member, seen }) => {
    if ('message' in seen) return unanswered(member, seen.message, now(), timeout);
    const { verdict, progress } = judge(seen, member.progress, now(), timeout, claims);
    // Somebody may restart one that was ready: this rollout goes on.
    if (isReady(member) && verdict.step === 'stop' && verdict.failure.reason === 'TemplateChanged') return member;
    if (verdict.step === 'restart') claims = withClaims(claims, seen);
    // Whether the API server does what comes next is another question.
    const silent = verdict.step === 'restart' || verdict.step === 'evict' ? progress.silent : undefined;
    return { owner: member.owner, verdict, progress: { ...progress, silent } };
  });
}

const none: Claims = new Map();
const isUnderWay = ({ progress, verdict }: Member) => progress.restart !== undefined && verdict?.step !== 'ready';

function withClaims(claims: Claims, seen: ReturnType<Observe>): Claims {
  const means = 'message' in seen ? undefined : meansOf(seen.owner);
  return 'message' in seen || !means || 'left' in means ? claims : claimed(claims, seen.budgets, means.atOnce);
}

/** Answers of an API server that may be others in a moment, such as that of a webhook which is not there. */
const passing = /\((?:Conflict|InternalError|ServerTimeout|ServiceUnavailable|Timeout|TooManyRequests)\)/;

/** An API server that does not answer for a moment stops nothing. */
function unanswered(member: Member, message: string, now: number, timeout: number): Member {
  const { owner, progress } = member;
  if (message.includes('(NotFound)'))
    return { ...member, verdict: { step: 'leave', why: 'It does not exist any more.' } };
  const silent = progress.silent ?? now;
  const isFinal = message.startsWith('Error from server') && !passing.test(message);
  const verdict: Verdict =
    isFinal || now > silent + timeout ? refused(owner, message) : { step: 'wait', ready: 0, of: 0, why: message };
  return { ...member, verdict, progress: { ...progress, silent } };
}

function refused({ kind, name, namespace }: WorkloadName, message: string): Verdict {
  return failed({ kind, metadata: { name, namespace } }, { reason: 'Refused', message });
}

function act(member: Member, timeout: number, { changes, now }: Surroundings): Member {
  const { owner, verdict } = member;
  const at = now();
  const progress = { ...member.progress, silent: undefined };
  if (verdict?.step === 'restart') {
    const asked = progress.asked ?? new Date(at).toISOString();
    const answer = changes.restart(owner, asked);
    if (answer === 'restarted') return { ...member, progress: { ...progress, restart: asked, since: at } };
    return unanswered({ ...member, progress: { ...member.progress, asked } }, answer.message, at, timeout);
  }
  if (verdict?.step === 'evict') {
    const answer = changes.evict(verdict.pod, owner.namespace);
    if (answer !== 'evicted' && 'message' in answer) return unanswered(member, answer.message, at, timeout);
    return { ...member, progress: { ...progress, held: answer === 'evicted' ? '' : answer.held } };
  }
  return member;
}
