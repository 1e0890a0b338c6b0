import { injectKey } from '../core/annotations.ts';
import type { Annotations } from '../core/from-workload.ts';
import { isObject, type Json, type JsonObject, pointerKey } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';
import { problemText, type Warning } from '../core/problem.ts';
import { misplacedIn } from '../engine/misplaced-parts.ts';
import { asks, labelOff, namespaceProblems } from '../engine/namespace-problems.ts';
import type { State } from '../state/state.ts';
import { isOversized } from '../workload/limits.ts';
import type { ObjectDecision } from './review-workload.ts';

/**
 * What becomes of a namespace: with annotations for sidecars it gets the label that makes them count. What is wrong
 * with them is a warning: a slip there must not stop a namespace, and its pods go without.
 */
export function reviewNamespace(object: JsonObject, old: JsonObject | undefined, state: State): ObjectDecision {
  const { name, annotations, labels } = partsOf(object);
  const label = labels[injectKey];
  const decided = (edits: readonly Edit[], warnings: readonly Warning[]) => ({ edits, problems: [], warnings });
  if (isOversized(annotations)) return decided([], []);
  const warnings = [
    ...namespaceProblems({ name, annotations, labels }, state).map(
      (problem): Warning => ({ code: problem.code, sidecar: '', message: problemText(problem) }),
    ),
    ...misplacedIn(object, 'namespace').map((message): Warning => ({ code: 'misplaced-key', sidecar: '', message })),
  ];
  const off = labelOff({ annotations, labels });
  if (off) return decided([], [off, ...warnings]);
  if (!asks(annotations)) {
    const wasAsked = old !== undefined && asks(partsOf(old).annotations);
    return decided([], wasAsked && label === 'enabled' ? [leftText(name), ...warnings] : warnings);
  }
  if (label === 'enabled') return decided([], warnings);
  const labelled: Edit = hasLabels(object)
    ? { op: 'add', path: `/metadata/labels/${pointerKey(injectKey)}`, value: 'enabled' }
    : { op: 'add', path: '/metadata/labels', value: { [injectKey]: 'enabled' } };
  return decided([labelled], warnings);
}

function partsOf({ metadata }: JsonObject) {
  const { name, annotations, labels } = isObject(metadata) ? metadata : {};
  return { name: typeof name === 'string' ? name : '', annotations: textsOf(annotations), labels: textsOf(labels) };
}

function textsOf(map: Json | undefined): Annotations {
  const entries = isObject(map) ? Object.entries(map) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function hasLabels({ metadata }: JsonObject): boolean {
  return isObject(metadata) && isObject(metadata.labels);
}

function leftText(name: string): Warning {
  const message = `metadata.labels['${injectKey}']: No annotation of this namespace needs this label any more, but the API server still calls the injector for every new pod. Remove it with: kubectl label namespace ${name} ${injectKey}-`;
  return { code: 'label-left', sidecar: '', message };
}
