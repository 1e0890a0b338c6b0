import { prefix, statusKey } from '../api/annotations.ts';
import { keepJsonText } from '../api/json-text.ts';
import type { InjectedSidecar } from '../api/outcome.ts';
import type { Problem } from '../api/problem.ts';
import { type Insertion, insertionOf, type Placement } from '../merge/placement.ts';
import { statusOf } from '../merge/status.ts';
import type { Layer } from '../selection/layers.ts';
import { type SelectedInstance, type Selection, select } from '../selection/select.ts';
import { type Reading, type Subject, viewOf } from '../selection/view.ts';
import type { Catalog } from '../templates/catalog.ts';
import { firstLine } from '../templates/expression.ts';
import type { Fragment } from '../templates/fragment.ts';
import type { State } from './state.ts';

/** All that follows from the annotations and the state alone, before anything else of the pod is looked at. */
export interface Plan {
  readonly selection: Selection;
  readonly insertion: Insertion;
  readonly sidecars: readonly InjectedSidecar[];
  readonly problems: readonly Problem[];
}

const mostRemembered = 256;
const longestRemembered = 2048;
type Remembered = { readonly plan: Plan; again: boolean } | { readonly reading: Reading };
const remembered = new WeakMap<State | Catalog, Map<string, Remembered>>();

/**
 * The plan for these annotations. The pods of one workload carry the same ones, so the plans of a state are remembered,
 * a bounded number of them: a rollout of a hundred replicas is selected and rendered once. Plans are never changed.
 * Where a template reads the pod, what it reads is part of what a plan is remembered by.
 * `own` is the catalog of a namespace that has templates of its own.
 */
export function planFor(layers: readonly Layer[], state: State, own: Catalog | undefined, subject: Subject): Plan {
  const key = keyOf(layers);
  if (key.length > longestRemembered) return makePlan(layers, state, own, subject);
  const owner = own ?? state;
  const plans = remembered.get(owner);
  let known = plans?.get(key);
  if (known && 'reading' in known) known = plans?.get(keyWith(key, known.reading, subject));
  if (known && 'plan' in known) {
    if (!known.again) keepTexts(known.plan);
    known.again = true;
    return known.plan;
  }
  const plan = makePlan(layers, state, own, subject);
  const { reading } = plan.selection;
  if (reading) {
    remember(owner, key, { reading });
    const whole = keyWith(key, reading, subject);
    if (whole.length <= longestRemembered) remember(owner, whole, { plan, again: false });
  } else remember(owner, key, { plan, again: false });
  return plan;
}

function keyWith(key: string, reading: Reading, subject: Subject): string {
  return `${key}#${viewOf(reading, subject).text}`;
}

function remember(owner: State | Catalog, key: string, what: Remembered): void {
  let plans = remembered.get(owner);
  if (!plans || (plans.size >= mostRemembered && !plans.has(key))) {
    plans = new Map();
    remembered.set(owner, plans);
  }
  plans.set(key, what);
}

/** Not before the second use: most annotations of a cluster that only runs Jobs, say, never come again. */
function keepTexts({ insertion }: Plan): void {
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

function makePlan(layers: readonly Layer[], state: State, own: Catalog | undefined, subject: Subject): Plan {
  const selection = select(layers, own ?? state.catalog, state, subject);
  const { placements, problems } = placementsOf(selection.instances);
  const sidecars = placements.map(({ selected, fragment }) => describe(selected, fragment));
  const status = statusOf(state.injector.version, sidecars);
  const annotations = new Map(sidecars.length > 0 ? [[statusKey, status]] : []);
  const insertion = insertionOf(placements, annotations);
  return { selection, insertion, sidecars, problems: [...selection.problems, ...problems] };
}

/** Renders each instance. A template that fails on these values is a problem of the pod, not a failure of the server. */
function placementsOf(instances: readonly SelectedInstance[]): { placements: Placement[]; problems: Problem[] } {
  const placements: Placement[] = [];
  const problems: Problem[] = [];
  for (const selected of instances) {
    try {
      placements.push({ selected, fragment: selected.template.render(selected.scope) });
    } catch (error) {
      problems.push({
        code: 'template-failed',
        path: selected.because,
        sentence: `The template ${selected.template.name} cannot be rendered with these parameters: ${firstLine(error)}.`,
        fix: 'Change the parameters, or have the template mended.',
      });
    }
  }
  return { placements, problems };
}

function describe({ template, instance, scope, because }: SelectedInstance, fragment: Fragment): InjectedSidecar {
  const { native } = scope.instance;
  const containers = [...fragment.initContainers, ...fragment.containers].map(({ name }) => String(name));
  const name = instance === '' ? template.name : `${template.name}.${instance}`;
  return {
    name,
    template: template.name,
    hash: hashOf(template.revision, scope.params, native),
    native,
    because,
    containers,
  };
}

/** FNV-1a, 32 bits: it tells versions of one sidecar apart, nothing is protected by it. */
function hashOf(revision: string, params: SelectedInstance['scope']['params'], native: boolean): string {
  let text = `${revision} ${native}`;
  for (const field in params) text += `\n${field}=${String(params[field])}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
