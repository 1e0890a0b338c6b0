import type { Json, JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';

/**
 * True when everything that `ours` says is said by `theirs` too. The API server fills in defaults, so what comes back
 * from it says more than what was injected, never less. Lists are compared item by item, in order.
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

/** What Go leaves out when it writes JSON (`omitempty`): a value that is there for us may be gone when it comes back. */
function isZero(value: Json | undefined): boolean {
  return value === '' || value === 0 || value === false || value == null;
}

/**
 * True when a container of the pod is the one we would inject: it has our name and does our work, that is, command,
 * arguments, environment and mounts are ours. Other admission webhooks rightly change the rest (a registry mirror the
 * image, an autoscaler the resources, others add environment and mounts), so the rest does not count.
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
