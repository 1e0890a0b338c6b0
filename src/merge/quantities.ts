import { isObject, type Json, type JsonObject, scalarText } from '../core/json.ts';
import { quantityOf } from '../core/units.ts';

/** Quantities by resource, as Kubernetes writes them: `memory` → `64Mi`. */
export type Quantities = ReadonlyMap<string, string>;

/** The quantities of `requests` or `limits`. Values that Kubernetes cannot read are left out. */
export function quantitiesIn(list: Json | undefined): Map<string, string> {
  const found = new Map<string, string>();
  if (!isObject(list)) return found;
  for (const name in list) {
    const text = scalarText(list[name]);
    if (quantityOf(text) !== undefined) found.set(name, text);
  }
  return found;
}

/** The requests and limits of a container. A request that is not set is that of the limit, as in the API server. */
export function resourcesOf({ resources }: JsonObject): { readonly requests: Quantities; readonly limits: Quantities } {
  if (!isObject(resources)) return none;
  const limits = quantitiesIn(resources.limits);
  return { requests: new Map([...limits, ...quantitiesIn(resources.requests)]), limits };
}
const none = { requests: new Map<string, string>(), limits: new Map<string, string>() };

/** True where a container limits a resource. */
export function isLimited({ resources }: JsonObject, name: string): boolean {
  return isObject(resources) && isObject(resources.limits) && resources.limits[name] != null;
}

/** The number behind a quantity; 0 for none. */
export function amountOf(text: string | undefined): number {
  return quantityOf(text ?? '') ?? 0;
}
