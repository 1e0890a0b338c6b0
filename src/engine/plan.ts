import type { Catalog } from '../catalog/catalog.ts';
import { statusKey } from '../core/annotations.ts';
import type { InjectedSidecar } from '../core/outcome.ts';
import type { Problem } from '../core/problem.ts';
import type { Layer } from '../core/source.ts';
import { firstLine } from '../language/cel.ts';
import { type Insertion, insertionOf, type Placement } from '../merge/placement.ts';
import { statusOf } from '../merge/status.ts';
import { type SelectedInstance, type Selection, select } from '../select/select.ts';
import type { Subject } from '../select/view.ts';
import type { State } from '../state/state.ts';
import type { Fragment } from '../template/fragment.ts';

/** All that follows from the annotations, the state and what templates read of the pod, before the rest of it is looked at. */
export interface Plan {
  readonly selection: Selection;
  readonly insertion: Insertion;
  readonly sidecars: readonly InjectedSidecar[];
  readonly problems: readonly Problem[];
}

/**
 * The plan for these annotations, made anew. `own` is the catalog of a namespace that has templates of its own;
 * `otherForm` names the instances that the pod has in the other form than they would get.
 */
export function makePlan(
  layers: readonly Layer[],
  state: State,
  own: Catalog | undefined,
  subject: Subject,
  otherForm?: ReadonlySet<string>,
): Plan {
  const surroundings = otherForm ? { ...state, otherForm } : state;
  const selection = select(layers, own ?? state.catalog, surroundings, subject);
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
        message: `The template ${selected.template.name} cannot be rendered with these parameters: ${firstLine(error)}.`,
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
