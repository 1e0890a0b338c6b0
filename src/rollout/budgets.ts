import type { JsonObject } from '../core/json.ts';
import { type LabelSelector, selectorOf, selects } from '../policy/selector.ts';
import { fieldAt, numberAt, textAt } from './fields.ts';

/** The PodDisruptionBudgets that select pods with the labels of a template. */
export function budgetsOf(owner: JsonObject, budgets: readonly JsonObject[]): readonly JsonObject[] {
  // The API server has checked its form; labels and selectors are texts.
  const labels = (fieldAt(owner, 'spec.template.metadata.labels') ?? {}) as Readonly<Record<string, string>>;
  return budgets.filter((budget) => {
    const selector = fieldAt(budget, 'spec.selector');
    return selector != null && selects(selectorOf(selector as LabelSelector), labels);
  });
}

/**
 * Why budgets do not allow that so many pods are taken away at once; undefined where they do. A budget that is already short
 * of pods allows nothing, also to owners that make new pods first.
 */
export function heldBy(budgets: readonly JsonObject[], atOnce: number): string | undefined {
  for (const budget of budgets) {
    const allowed = numberAt(budget, 'status.disruptionsAllowed');
    const healthy = numberAt(budget, 'status.currentHealthy');
    const needed = numberAt(budget, 'status.desiredHealthy');
    const name = `PodDisruptionBudget ${textAt(budget, 'metadata.name')}`;
    if (healthy < needed) return `${name} needs ${needed} healthy pods, and there are ${healthy}.`;
    if (allowed < atOnce) return `${name} allows ${counted(allowed)}, and a restart makes ${counted(atOnce)} at once.`;
  }
  return undefined;
}

function counted(disruptions: number): string {
  return disruptions === 1 ? '1 disruption' : `${disruptions} disruptions`;
}
