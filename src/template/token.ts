import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateSpec } from './schema.ts';

/** Where the API server mounts the token of the pod. Source: Kubernetes, plugin/pkg/admission/serviceaccount. */
export const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

const name = '${ instance.id }-sa';

/**
 * A downward API volume is allowed by Pod Security `restricted`, and does not keep the autoscaler from removing a node.
 */
export const tokenVolume = { name, downwardAPI: {} } as const satisfies JsonObject;

/**
 * The container of a template with an empty volume where it would get the pod's service account token. The admission
 * plugin ServiceAccount adds the token to each container without a mount at that path. It does so after the webhook, so
 * the API server would call the webhook again.
 */
export function withoutToken(container: JsonObject): JsonObject {
  if (replacesToken(container)) return container;
  const mounts: readonly Json[] = Array.isArray(container.volumeMounts) ? container.volumeMounts : [];
  return { ...container, volumeMounts: [...mounts, { name, mountPath: tokenPath, readOnly: true }] };
}

function isAtTokenPath(mount: Json): boolean {
  return isObject(mount) && mount.mountPath === tokenPath;
}

/** True where a container of the template gets the empty volume. */
export function needsTokenVolume({ serviceAccountToken, containers, initContainers }: TemplateSpec): boolean {
  return !serviceAccountToken && ![...containers, ...initContainers].every(replacesToken);
}

/** True where the container has a mount of its own instead of the token. */
function replacesToken({ volumeMounts }: JsonObject): boolean {
  return Array.isArray(volumeMounts) && volumeMounts.some(isAtTokenPath);
}
