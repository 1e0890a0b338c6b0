import type { Json, JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';

/**
 * True when `theirs` has every field and value of `ours`. The API server fills in defaults, so what comes back from it
 * has more than what was injected, never less. Lists are compared item by item, in order.
 */
export function includes(theirs: Json | undefined, ours: Json | undefined): boolean {
  if (Array.isArray(ours)) {
    return Array.isArray(theirs) && theirs.length >= ours.length && ours.every((item, i) => includes(theirs[i], item));
  }
  if (isObject(ours)) {
    if (!isObject(theirs)) return false;
    for (const key in ours) if (!includes(theirs[key], ours[key])) return false;
    return true;
  }
  return theirs === ours || (theirs === undefined && isZero(ours));
}

/** A value that Go omits when it writes JSON (`omitempty`): it can be missing in what the API server sends back. */
function isZero(value: Json | undefined): boolean {
  return value === '' || value === 0 || value === false || value == null;
}

/**
 * True when a container of the pod does the work of the one to inject: it has the same command, arguments, environment
 * and mounts. Other webhooks may change the rest (a registry mirror the image, an autoscaler the resources; others add
 * variables and mounts), so the rest is not compared.
 */
export function doesSameWork(theirs: JsonObject, ours: JsonObject): boolean {
  return (
    includes(theirs.command, ours.command) &&
    includes(theirs.args, ours.args) &&
    allFound(theirs.env, ours.env, (env, other) => env.name === other.name) &&
    allFound(theirs.volumeMounts, ours.volumeMounts, (mount, other) => mount.mountPath === other.mountPath)
  );
}

function allFound(
  theirs: Json | undefined,
  ours: Json | undefined,
  matches: (a: JsonObject, b: JsonObject) => boolean,
): boolean {
  const present = objectsOf(theirs);
  return objectsOf(ours).every((item) => {
    const other = present.find((candidate) => matches(candidate, item));
    return other !== undefined && includes(other, item);
  });
}
