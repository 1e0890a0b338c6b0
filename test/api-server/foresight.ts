import { isObject, type Json } from '../../src/core/json.ts';
import { quantityOf } from '../../src/core/units.ts';

/**
 * Where a stored object says less than, or other than, what was foreseen. The API server adds defaults and writes
 * quantities its own way (`1000m` as `1`), both of which count as the same. Its own volume for the service account's
 * token comes before whatever a webhook adds, so mounts are looked up by path and other named items by name.
 */
export function differences(foreseen: Json | undefined, stored: Json | undefined, path = ''): string[] {
  if (Array.isArray(foreseen)) {
    const list = Array.isArray(stored) ? stored : [];
    return foreseen.flatMap((item, i) => differences(item, counterpart(item, list, i), `${path}/${i}`));
  }
  if (isObject(foreseen)) {
    if (!isObject(stored)) return [`${path}: ${JSON.stringify(stored)}`];
    return Object.keys(foreseen).flatMap((key) => differences(foreseen[key], stored[key], `${path}/${key}`));
  }
  if (foreseen === stored || (stored === undefined && !foreseen)) return [];
  const sameQuantity =
    path.includes('/resources/') &&
    quantityOf(String(foreseen)) !== undefined &&
    quantityOf(String(foreseen)) === quantityOf(String(stored));
  return sameQuantity ? [] : [`${path}: ${JSON.stringify(foreseen)} became ${JSON.stringify(stored)}`];
}

function counterpart(item: Json, list: readonly Json[], index: number): Json | undefined {
  if (!isObject(item)) return list[index];
  const key = ['mountPath', 'name'].find((key) => key in item);
  return key === undefined ? list[index] : list.find((other) => isObject(other) && other[key] === item[key]);
}
