import type { Catalog } from '../catalog/catalog.ts';
import { prefix, statusKey } from '../core/annotations.ts';
import type { Layer } from '../core/source.ts';
import { type Dependencies, type Subject, viewOf } from '../select/view.ts';
import type { State } from '../state/state.ts';
import { keepJsonText } from './json-text.ts';
import { keepPatch } from './kept-patch.ts';
import { makePlan, type Plan } from './plan.ts';

interface Memory {
  /** What was asked for once. */
  readonly seen: Set<string>;
  /** By annotations: the plan or, where templates read the pod, what they read. */
  readonly plans: Map<string, Plan | Dependencies>;
  /** By annotations and what is read. Apart from the others, which pods that are all different would drive out. */
  readonly plansOfPods: Map<string, Plan>;
}

const mostRemembered = 256;
const longestRemembered = 2048;
const memories = new WeakMap<State | Catalog, Memory>();

/**
 * The plan for these annotations. The pods of one workload carry the same ones, so the plans of a state are remembered,
 * a bounded number of them: a rollout of a hundred replicas is selected and rendered twice. Plans are never changed.
 * Where a template reads the pod, what it reads is part of what a plan is remembered by.
 * `own` is the catalog of a namespace that has templates of its own.
 *
 * Nothing is remembered at the first sight: most annotations of a cluster that only runs Jobs, say, never come again, and what
 * lives on costs the garbage collector more than making it did.
 */
export function planFor(layers: readonly Layer[], state: State, own: Catalog | undefined, subject: Subject): Plan {
  const key = keyOf(layers);
  if (key.length > longestRemembered) return makePlan(layers, state, own, subject);
  const memory = memoryOf(own ?? state);
  const known = memory.plans.get(key);
  if (known && 'insertion' in known) return known;
  const ofPod = known && memory.plansOfPods.get(keyWith(key, known, subject));
  if (ofPod) return ofPod;
  const plan = makePlan(layers, state, own, subject);
  const { reading } = plan.selection;
  if (reading) {
    const whole = keyWith(key, reading, subject);
    if (isSeen(memory, key)) remember(memory.plans, key, reading);
    if (isSeen(memory, whole)) remember(memory.plansOfPods, whole, keepTexts(plan));
  } else if (isSeen(memory, key)) remember(memory.plans, key, keepTexts(plan));
  return plan;
}

function memoryOf(owner: State | Catalog): Memory {
  const known = memories.get(owner);
  if (known) return known;
  const memory: Memory = { seen: new Set(), plans: new Map(), plansOfPods: new Map() };
  memories.set(owner, memory);
  return memory;
}

function isSeen({ seen }: Memory, key: string): boolean {
  if (seen.has(key)) return true;
  if (key.length > longestRemembered) return false;
  if (seen.size >= mostRemembered) seen.clear();
  seen.add(key);
  return false;
}

function remember<T>(plans: Map<string, T>, key: string, what: T): void {
  if (plans.size >= mostRemembered) plans.clear();
  plans.set(key, what);
}

/** Of a plan that came again. */
function keepTexts(plan: Plan): Plan {
  const { insertion, sidecars } = plan;
  keepPatch(sidecars);
  for (const { fragment } of insertion.placements) {
    const { initContainers, containers, volumes, mounts, env } = fragment;
    for (const part of [...initContainers, ...containers, ...volumes, ...mounts, ...env]) keepJsonText(part);
  }
  return plan;
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

function keyWith(key: string, reading: Dependencies, subject: Subject): string {
  return `${key}#${viewOf(reading, subject).text}`;
}
