import type { JsonObject } from '../core/json.ts';
import { objectsOf } from '../core/json.ts';
import type { Fragment } from './fragment.ts';

/** Where the API server mounts the token of the pod. Source: Kubernetes, plugin/pkg/admission/serviceaccount. */
export const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The fragment with an empty volume where its containers would get the pod's service account token. The admission plugin
 * ServiceAccount adds the token to each container without a mount at that path. It does so after the webhook, so the API
 * server would call the webhook again. A downward API volume is allowed by Pod Security `restricted`, and does not keep
 * the cluster autoscaler from removing the node, as an emptyDir can.
 */
export function withoutToken(fragment: Fragment, id: string): Fragment {
  const name = `${id}-sa`;
  const mount = { name, mountPath: tokenPath, readOnly: true };
  const covered = (container: JsonObject): JsonObject => {
    const mounts = objectsOf(container.volumeMounts);
    if (mounts.some(({ mountPath }) => mountPath === tokenPath)) return container;
    return { ...container, volumeMounts: [...mounts, mount] };
  };
  const [containers, initContainers] = [fragment.containers.map(covered), fragment.initContainers.map(covered)];
  const used = [...containers, ...initContainers].some(({ volumeMounts }) => objectsOf(volumeMounts).includes(mount));
  const volumes = used ? [...fragment.volumes, { name, downwardAPI: {} }] : fragment.volumes;
  return { ...fragment, containers, initContainers, volumes };
}
