import { prefix, statusKey } from '../api/annotations.ts';
import { keepJsonText } from '../api/json-text.ts';
import { keepPatch } from '../api/kept-patch.ts';
import type { Layer } from '../selection/layers.ts';
import { type Reading, type Subject, viewOf } from '../selection/view.ts';
import type { Catalog } from '../templates/catalog.ts';
import { makePlan, type Plan } from './plan.ts';
import type { State } from './state.ts';

/** A plan that was made before. */
interface Known {
  readonly plan: Plan;
  again: boolean;
}

interface Memory {
  /** By annotations: the plan or, where templates read the pod, what they read. */
  readonly plans: Map<string, Known | Reading>;
  /** By annotations and what is read. Apart from the others, which pods that are all different would drive out. */
  readonly plansOfPods: Map<string, Known>;
}

const mostRemembered = 256;
const longestRemembered = 2048;
const memories = new WeakMap<State | Catalog, Memory>();

/**
 * The plan for these annotations. The pods of one workload carry the same ones, so the plans of a state are remembered,
 * a bounded number of them: a rollout of a hundred replicas is selected and rendered once. Plans are never changed.
 * Where a template reads the pod, what it reads is part of what a plan is remembered by.
 * `own` is the catalog of a namespace that has templates of its own.
 */
export function planFor(layers: readonly Layer[], state: State, own: Catalog | undefined, subject: Subject): Plan {
  const key = keyOf(layers);
  if (key.length > longestRemembered) return makePlan(layers, state, own, subject);
  const { plans, plansOfPods } = memoryOf(own ?? state);
  const known = plans.get(key);
  if (known && 'plan' in known) return used(known);
  const ofPod = known && plansOfPods.get(keyWith(key, known, subject));
  if (ofPod) return used(ofPod);
  const plan = makePlan(layers, state, own, subject);
  const { reading } = plan.selection;
  remember(plans, key, reading ?? { plan, again: false });
  if (reading) remember(plansOfPods, keyWith(key, reading, subject), { plan, again: false });
  return plan;
}

function memoryOf(owner: State | Catalog): Memory {
  const known = memories.get(owner);
  if (known) return known;
  const memory: Memory = { plans: new Map(), plansOfPods: new Map() };
  memories.set(owner, memory);
  return memory;
}

function remember<T>(plans: Map<string, T>, key: string, what: T): void {
  if (key.length > longestRemembered) return;
  if (plans.size >= mostRemembered) plans.clear();
  plans.set(key, what);
}

/** Texts are not kept before the second use: most annotations of a cluster that only runs Jobs, say, never come again. */
function used(known: Known): Plan {
  if (!known.again) keepTexts(known.plan);
  known.again = true;
  return known.plan;
}

function keepTexts({ insertion, sidecars }: Plan): void {
  keepPatch(sidecars);
  for (const { fragment } of insertion.placements) {
    const { initContainers, containers, volumes, mounts, env } = fragment;
    for (const part of [...initContainers, ...containers, ...volumes, ...mounts, ...env]) keepJsonText(part);
  }
}

/** Everything of the layers that selection reads, in its order; lengths keep two lists from looking alike. */
function keyOf(layers: readonly Layer[]): string {
  let text = '';
  for (const { annotations } of layers) {
    text += '|';
    for (const key in annotations) {
      if (!key.startsWith(prefix) || key === statusKey) continue;
      const value = annotations[key] ?? '';
      text += `${key.length}:${value.length}:${key}${value}`;
    }
  }
  return text;
}

function keyWith(key: string, reading: Reading, subject: Subject): string {
  return `${key}#${viewOf(reading, subject).text}`;
}
