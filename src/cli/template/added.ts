import { isObject, isSameJson, type Json, type JsonObject } from '../../core/json.ts';

/**
 * What a pod has that it did not have before: new fields, and new items of lists. A container with the name of one that
 * was there before has its name and what is new in it. Undefined where nothing is new.
 */
export function added(before: Json | undefined, after: Json | undefined): Json | undefined {
  if (before === undefined || before === null) return after;
  if (Array.isArray(before) && Array.isArray(after)) return addedItems(before, after);
  if (isObject(before) && isObject(after)) return addedFields(before, after);
  return isSameJson(before, after) ? undefined : after;
}

function addedFields(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const fields = Object.entries(after).flatMap(([key, value]) => {
    const news = added(before[key], value);
    return news === undefined ? [] : [[key, news] as const];
  });
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function addedItems(before: readonly Json[], after: readonly Json[]): readonly Json[] | undefined {
  const items = after.flatMap((item) => {
    if (before.some((each) => isSameJson(each, item))) return [];
    const former = before.find((each) => isObject(each) && isObject(item) && each.name === item.name);
    const news = added(former, item);
    if (news === undefined) return [];
    return [isObject(former) && isObject(news) ? { name: former.name ?? null, ...news } : news];
  });
  return items.length > 0 ? items : undefined;
}
