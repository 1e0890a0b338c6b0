// Looks for the pod that costs most: the best of many random and directed shapes, made worse step by step.
import { detailsOf, eventOf } from '../../src/admission/details.ts';
import { factsOf } from '../../src/admission/facts.ts';
import type { Json } from '../../src/core/json.ts';
import type { State } from '../../src/state/state.ts';
import { answerReview } from '../admission/answer-review.ts';
import { most, nothing, podOf, type Shape } from './pods.ts';

/** A shape, the bytes of its review, and what answering it took. */
export interface Found {
  readonly shape: Shape;
  readonly body: Buffer;
  /** Of processor time, with what the log and an Event say; the least of several attempts. */
  readonly milliseconds: number;
  /** Of the answer, or of the log line with its Event where they are longer. */
  readonly answerBytes: number;
}

const fields = Object.keys(most) as readonly (keyof Shape)[];

/** Shapes of which one kind of cost is the largest, alone and together with the others. */
const directed: readonly Shape[] = [
  ...fields.map((field) => ({ ...nothing, instances: 1, [field]: most[field] })),
  ...fields.map((field) => ({ ...nothing, instances: 32, containers: 500, nameLength: 40, [field]: most[field] })),
  { ...nothing, instances: 9000 },
  { ...nothing, instances: 9000, sidecar: 8, containers: 100 },
  { ...nothing, instances: 32, target: 1, containers: 300, sidecar: 8 },
  { ...nothing, instances: 32, target: 1, containers: 150, mounts: 1000 },
  { ...nothing, instances: 32, target: 1, containers: 150, mounts: 1000, mountDepth: 200 },
  { ...nothing, instances: 32, target: 3, targets: 200, containers: 1000, nameLength: 63, ports: 3 },
  { ...nothing, instances: 32, target: 4, targets: 2000, containers: 1000, nameLength: 63 },
  { ...nothing, instances: 32, sidecar: 6, target: 1, listItems: 500, containers: 20_000, env: 1, mounts: 1000 },
  { ...nothing, instances: 32, sidecar: 7, target: 1, containers: 150, volumes: 16_000 },
  { ...nothing, instances: 16, sidecar: 3, shared: 1, containers: 9000, volumes: 40_000 },
  { ...nothing, instances: 20, sidecar: 6, listItems: 200, valueLength: 12_000, mounts: 50, volumes: 50 },
];

/** The most expensive pod for processor time, and that for the size of the answer, after so many rounds of changes. */
export function search(
  state: State,
  rounds: number,
  random: () => number,
): { readonly slowest: Found; readonly largest: Found } {
  let slowest = measure(nothing, state);
  let largest = slowest;
  const consider = (shape: Shape) => {
    const found = measure(shape, state);
    if (found.milliseconds > slowest.milliseconds) slowest = again(found, state);
    if (found.answerBytes > largest.answerBytes) largest = found;
  };
  for (const shape of directed) consider(shape);
  for (let i = 0; i < rounds; i++) {
    const base = random() < 0.3 ? anyShape(random) : random() < 0.5 ? slowest.shape : largest.shape;
    consider(changed(base, random));
  }
  return { slowest, largest };
}

/** A slow answer can be bad luck, so it counts only as much as the best of four more. */
function again(found: Found, state: State): Found {
  const others = Array.from({ length: 4 }, () => measure(found.shape, state));
  return { ...found, milliseconds: Math.min(found.milliseconds, ...others.map(({ milliseconds }) => milliseconds)) };
}

export function measure(shape: Shape, state: State): Found {
  return { shape, ...answered(podOf(shape), state) };
}

/** Answers a review of the pod and reports it, as the webhook does. Throws where the answer is not a decision. */
export function answered(object: Json, state: State): Omit<Found, 'shape'> & { readonly text: string } {
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const request = { uid: 'u', operation: 'CREATE', namespace: 'default', resource, object };
  const body = Buffer.from(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request }));
  const before = process.cpuUsage();
  const { text, httpStatus, reviewed } = answerReview(body, state);
  const facts = reviewed && factsOf(reviewed.request, reviewed.outcome);
  const logged = facts ? JSON.stringify([detailsOf(facts), eventOf(facts)]) : '';
  const { user, system } = process.cpuUsage(before);
  if (httpStatus !== 200) throw new Error(`${httpStatus} ${text}`);
  return {
    body,
    text,
    milliseconds: (user + system) / 1000,
    answerBytes: Math.max(...[text, logged].map((each) => Buffer.byteLength(each))),
  };
}

/**
 * Milliseconds of processor time to read and write 3 MiB of JSON: how fast this machine is. The least of several
 * attempts.
 */
export function yardstick(): number {
  const text = JSON.stringify(
    Array.from({ length: 60_000 }, (_, i) => ({ name: `container-${i}`, image: 'web', ports: [i] })),
  );
  const times = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    JSON.stringify(JSON.parse(text));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

function anyShape(random: () => number): Shape {
  return Object.fromEntries(
    fields.map((field) => [field, random() < 0.4 ? 0 : Math.floor(most[field] ** random() + random() * 2)]),
  ) as unknown as Shape;
}

/** The shape with one to three of its numbers changed. */
function changed(shape: Shape, random: () => number): Shape {
  const next: Record<string, number> = { ...shape };
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    const field = fields[Math.floor(random() * fields.length)] ?? 'instances';
    const value = shape[field];
    const choices = [
      0,
      1,
      value * 2,
      Math.floor(value / 2),
      value + 1,
      most[field],
      Math.floor(random() * most[field]),
    ];
    next[field] = Math.min(most[field], choices[Math.floor(random() * choices.length)] ?? value);
  }
  return next as unknown as Shape;
}
