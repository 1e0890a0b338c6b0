import { fieldAt, textAt } from '../core/fields.ts';
import type { JsonObject } from '../core/json.ts';
import { type LabelSelector, selectorOf, selects } from '../policy/selector.ts';
import { numberAt } from './fields.ts';

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
 * How many pods of a budget others may be taking away at the same time, by the name of the budget and its namespace.
 */
export type Claims = ReadonlyMap<string, number>;

/** What an owner that takes so many pods away at once adds to the claims of others. */
export function claimed(claims: Claims, budgets: readonly JsonObject[], pods: number): Claims {
  const more = budgets.map((budget) => [keyOf(budget), (claims.get(keyOf(budget)) ?? 0) + pods] as const);
  return new Map([...claims, ...more]);
}

/** Whether others take pods of these budgets away. */
export function isShared(claims: Claims, budgets: readonly JsonObject[]): boolean {
  return budgets.some((budget) => (claims.get(keyOf(budget)) ?? 0) > 0);
}

function keyOf(budget: JsonObject): string {
  return `${textAt(budget, 'metadata.namespace')}/${textAt(budget, 'metadata.name')}`;
}

/**
 * Why budgets do not allow that so many pods are taken away at once; undefined where they do. A budget that is already
 * short of pods allows nothing, also to owners that make new pods first.
 */
export function heldBy(budgets: readonly JsonObject[], atOnce: number, claims: Claims): string | undefined {
  for (const budget of budgets) {
    const allowed = numberAt(budget, 'status.disruptionsAllowed');
    const healthy = numberAt(budget, 'status.currentHealthy');
    const needed = numberAt(budget, 'status.desiredHealthy');
    const name = `PodDisruptionBudget ${textAt(budget, 'metadata.name')}`;
    if (healthy < needed) return `${name} needs ${needed} healthy pods, and there are ${healthy}.`;
    const others = claims.get(keyOf(budget)) ?? 0;
    if (atOnce === 0 || allowed >= atOnce + others) continue;
    const beside = others === 0 ? '' : `, beside ${others} of workloads that are being restarted`;
    return `${name} allows ${counted(allowed)}, and a restart makes ${counted(atOnce)} at once${beside}.`;
  }
  return undefined;
}

function counted(disruptions: number): string {
  return disruptions === 1 ? '1 disruption' : `${disruptions} disruptions`;
}
