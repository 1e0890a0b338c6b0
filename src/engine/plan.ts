import type { Catalog } from '../catalog/catalog.ts';
import { instanceName } from '../core/instance.ts';
import type { InjectedSidecar } from '../core/outcome.ts';
import type { Problem } from '../core/problem.ts';
import { type Layer, pathOf } from '../core/source.ts';
import { failureText } from '../language/template-problem.ts';
import { containersOf } from '../merge/containers-and-volumes.ts';
import { type Insertion, insertionOf } from '../merge/merge.ts';
import type { Placement } from '../merge/placement.ts';
import { judgePod, unjudged } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { type SelectedInstance, type Selection, select } from '../select/select.ts';
import type { Subject } from '../select/view.ts';
import type { State } from '../state/state.ts';
import type { Fragment } from '../template/fragment.ts';

/**
 * What a plan follows from: the layers of settings, the state, and what templates read of the pod and its namespace.
 */
export interface PlanRequest {
  readonly layers: readonly Layer[];
  readonly state: State;
  /** The catalog of the pod's namespace: the state's own, unless the namespace has templates. */
  readonly catalog: Catalog;
  /** The policies that are for the pod. */
  readonly policies: readonly Policy[];
  readonly subject: Subject;
}

/** Everything that can be computed before the pod itself is merged. Plans are never changed. */
export interface Plan {
  readonly selection: Selection;
  readonly insertion: Insertion;
  readonly sidecars: readonly InjectedSidecar[];
  readonly problems: readonly Problem[];
}

/** Selects and renders. `otherForm` are the ids of instances that keep the other form, native or classic. */
export function makePlan(request: PlanRequest, otherForm?: ReadonlySet<string>): Plan {
  const { layers, state, catalog, policies, subject } = request;
  const selected = select(layers, catalog, otherForm ? { ...state, otherForm } : state, subject);
  const judged = policies.length > 0 ? judgePod(policies, layers, selected, catalog) : unjudged;
  const warnings = [...selected.warnings, ...judged.warnings];
  const selection = judged.warnings.length > 0 ? { ...selected, warnings } : selected;
  const { placements, problems } = placementsOf(selection.instances);
  const sidecars = placements.map(({ selected, fragment }) => describe(selected, fragment));
  // Neither time nor chance is in the status: equal input gives equal bytes.
  const status = JSON.stringify({ version: state.injector.version, sidecars });
  const insertion = insertionOf(placements, sidecars.length > 0 ? status : '');
  return { selection, insertion, sidecars, problems: [...judged.problems, ...selection.problems, ...problems] };
}

/**
 * Renders each instance. A template that fails with these values is a problem of the pod, not a failure of the server.
 * It is none where the values are refused already.
 */
function placementsOf(instances: readonly SelectedInstance[]): { placements: Placement[]; problems: Problem[] } {
  const placements: Placement[] = [];
  const problems: Problem[] = [];
  for (const selected of instances) {
    try {
      placements.push({ selected, fragment: selected.template.render(selected.scope) });
    } catch (error) {
      if (selected.isRefused) continue;
      problems.push({
        code: 'template-failed',
        path: pathOf(selected.source),
        message: `The template ${selected.template.name} cannot be rendered with these parameters: ${failureText(error)}.`,
        fix: 'Change the parameters, or correct the template.',
      });
    }
  }
  return { placements, problems };
}

function describe({ template, instance, scope, source }: SelectedInstance, fragment: Fragment): InjectedSidecar {
  const { native } = scope.instance;
  return {
    name: instanceName(template.name, instance),
    template: template.name,
    hash: hashOf(template.revision, scope.params, native),
    native,
    source: pathOf(source),
    containers: containersOf(fragment).map(({ name }) => String(name)),
  };
}

/** FNV-1a, 32 bits: it distinguishes versions of one sidecar, and protects nothing. */
function hashOf(revision: string, params: SelectedInstance['scope']['params'], native: boolean): string {
  let text = `${revision} ${native}`;
  for (const field in params) if (params[field] !== null) text += `\n${field}=${String(params[field])}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
