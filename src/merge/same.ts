import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';
import { fieldBelow, isSameQuantity } from '../core/units.ts';

/**
 * True when `theirs` has every field and value of `ours`. The API server fills in defaults, so what comes back from it
 * has more than what was injected, never less. Lists are compared item by item, in order; `field` is the field whose
 * values these are.
 */
export function includes(theirs: Json | undefined, ours: Json | undefined, field = ''): boolean {
  if (theirs === ours || (theirs === undefined && isOmitted(ours))) return true;
  if (Array.isArray(ours)) {
    const all = Array.isArray(theirs) && theirs.length >= ours.length;
    return all && ours.every((item, i) => includes(theirs[i], item, field));
  }
  if (!isObject(ours)) return isSameQuantity(field, theirs, ours);
  if (!isObject(theirs)) return false;
  for (const key in ours) if (!includes(theirs[key], ours[key], fieldBelow(field, key))) return false;
  return true;
}

/** A value that Go omits when it writes JSON (`omitempty`): it can be missing in what the API server sends back. */
function isOmitted(value: Json | undefined): boolean {
  return (
    value == null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)
  );
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
