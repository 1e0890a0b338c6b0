import { isObject, type Json } from '../../core/json.ts';
import { meetsCondition } from '../../language/condition.ts';
import { type Labels, type Selector, selects } from '../../policy/selector.ts';
import type { EntryFacts, ExplainRequest, LiveFacts } from './facts.ts';

/** A webhook entry, and why the API server does not call it for a pod; called when `skipped` is undefined. */
export interface AskedEntry {
  readonly entry: EntryFacts;
  readonly skipped: 'namespace' | 'pod' | 'condition' | undefined;
}

const nameLabel = 'kubernetes.io/metadata.name';

/**
 * Which entries of the registration the API server calls for the pod, by their selectors and conditions. A condition
 * that cannot be evaluated here counts as met. Undefined where the registration is not known.
 */
export function entriesFor(
  { registration, namespace: stored }: Pick<LiveFacts, 'registration' | 'namespace'>,
  { pod, namespace }: Pick<ExplainRequest, 'pod' | 'namespace'>,
): readonly AskedEntry[] | undefined {
  if (typeof registration === 'string' || !isObject(pod)) return undefined;
  const { metadata } = pod;
  const ofNamespace: Labels = { ...labelsOf(stored?.metadata), [nameLabel]: namespace };
  const ofPod = labelsOf(metadata);
  const scope = { object: isObject(metadata) ? pod : { ...pod, metadata: {} }, request: { namespace } };
  return registration.entries.map((entry) => ({
    entry,
    skipped: !selects(entry.namespaces, ofNamespace)
      ? 'namespace'
      : !selects(entry.pods, ofPod)
        ? 'pod'
        : entry.conditions.some((condition) => meetsCondition(condition, scope) === false)
          ? 'condition'
          : undefined,
  }));
}

/** Whether every entry leaves out the namespace by its name. */
export function isExcluded(entries: readonly AskedEntry[], namespace: string): boolean {
  const byName = (selector: Selector) => selector.filter(({ key }) => key === nameLabel);
  const names: Labels = { [nameLabel]: namespace };
  return entries.length > 0 && entries.every(({ entry }) => !selects(byName(entry.namespaces), names));
}

function labelsOf(metadata: Json | undefined): Labels {
  const labels = isObject(metadata) && isObject(metadata.labels) ? metadata.labels : {};
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}
