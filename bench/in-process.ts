import fastJsonPatch from 'fast-json-patch';
import type { Operation } from '../src/core/outcome.ts';
import { inject } from '../src/engine/inject.ts';
import type { State } from '../src/state/state.ts';
import { answerReview } from '../test/admission/answer-review.ts';
import { freshMark, type ReviewSize, reviewOf } from './reviews.ts';

/** Microseconds per call. */
export interface Timing {
  readonly p50: number;
  readonly p99: number;
}

export interface InProcessRow {
  readonly review: string;
  readonly bytes: number;
  /** Bytes of a review in, bytes of the answer out. */
  readonly ours: Timing;
  /** The same with annotations that were never seen before: the first pod of a workload. */
  readonly oursFresh: Timing;
  /** Both in a cluster with many other templates and namespaces. */
  readonly crowded: Timing;
  readonly crowdedFresh: Timing;
  /** The usual way: parse, copy the pod, apply the change to the copy, compare the two, encode. */
  readonly cloneAndCompare: Timing;
  /** JSON.parse of the same body alone: what no injector can do without. */
  readonly parseOnly: Timing;
}

/** Times one size of review; the ways take turns, so that a slow moment of the machine hits all alike. */
export function measureInProcess(size: ReviewSize, state: State, crowd: State, rounds: number): InProcessRow {
  const body = Buffer.from(reviewOf(size));
  const patch = patchOf(body, state);
  const ways = {
    ours: () => Buffer.from(answerReview(body, state).text),
    oursFresh: () => Buffer.from(answerReview(renewed(body), state).text),
    crowded: () => Buffer.from(answerReview(body, crowd).text),
    crowdedFresh: () => Buffer.from(answerReview(renewed(body), crowd).text),
    cloneAndCompare: () => cloneAndCompare(body, patch),
    parseOnly: () => JSON.parse(body.toString()),
  };
  const perRound = Math.max(20, Math.round(2_000_000 / body.length));
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<keyof typeof ways, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const way of names) {
      const sample = timed(ways[way], perRound);
      if (round >= 0) times[way].push(...sample);
    }
  }
  return {
    review: size.label,
    bytes: body.length,
    ours: timing(times.ours),
    oursFresh: timing(times.oursFresh),
    crowded: timing(times.crowded),
    crowdedFresh: timing(times.crowdedFresh),
    cloneAndCompare: timing(times.cloneAndCompare),
    parseOnly: timing(times.parseOnly),
  };
}

let generation = 0;

/** Other digits in the name of the repository, in place. */
export function renewed(body: Buffer): Buffer {
  generation = (generation + 1) % 1_000_000;
  const at = body.indexOf(freshMark.slice(0, 5)) + 5;
  body.write(String(generation).padStart(6, '0'), at, 'latin1');
  return body;
}

function patchOf(body: Buffer, state: State): readonly Operation[] {
  const { request } = JSON.parse(body.toString());
  const outcome = inject({ pod: request.object, namespace: request.namespace }, state);
  if (outcome.kind !== 'Injected')
    throw new Error(`the bench's own review is not injected: ${JSON.stringify(outcome)}`);
  return outcome.patch;
}

/** The yardstick gets the finished change as a present: only what the method itself costs is counted. */
function cloneAndCompare(body: Buffer, change: readonly Operation[]): Buffer {
  const review = JSON.parse(body.toString());
  const pod = review.request.object;
  const copy = structuredClone(pod);
  fastJsonPatch.applyPatch(copy, [...change], false, true, false);
  const patch = Buffer.from(JSON.stringify(fastJsonPatch.compare(pod, copy))).toString('base64');
  const response = { uid: review.request.uid, allowed: true, patchType: 'JSONPatch', patch };
  return Buffer.from(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
}

function timed(work: () => unknown, count: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = process.hrtime.bigint();
    work();
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return times;
}

export function timing(times: readonly number[]): Timing {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
