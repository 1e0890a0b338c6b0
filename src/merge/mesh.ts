import { annotationKey } from '../core/annotations.ts';
import { indexOfName } from '../core/json.ts';
import type { Container } from '../core/objects.ts';
import type { Warning } from '../core/problem.ts';
import type { Placement } from './placement.ts';

/**
 * Service meshes whose init container redirects the traffic of the pod to a proxy, except that of the proxy's own user.
 * Sources: Istio, "Application requirements"; Linkerd, `proxy.uid` of its chart; Consul, `sidecarUserAndGroupID` of
 * consul-k8s; Kuma, "Transparent proxying".
 */
const meshes = [
  { init: 'istio-init', proxy: 'istio-proxy', user: 1337 },
  { init: 'istio-validation', proxy: 'istio-proxy', user: 1337 },
  { init: 'linkerd-init', proxy: 'linkerd-proxy', user: 2102 },
  { init: 'linkerd-network-validator', proxy: 'linkerd-proxy', user: 2102 },
  { init: 'consul-connect-inject-init', proxy: 'consul-dataplane', user: 5995 },
  { init: 'kuma-init', proxy: 'kuma-sidecar', user: 5678 },
];

/**
 * The warning about a sidecar that needs the network before the app starts, in a pod where a mesh already redirects
 * traffic to a proxy that does not run yet. `before` is the index of the init container before which the sidecar goes.
 */
export function meshWarning(
  initContainers: readonly Container[],
  placement: Placement,
  before: number,
): Warning | undefined {
  const { template, instance, scope } = placement.selected;
  const [first] = placement.fragment.initContainers;
  if (!template.document.spec.needsNetwork || !first) return undefined;
  const present = indexOfName(initContainers, first.name);
  const position = present < 0 ? before : present;
  const mesh = meshes.find(({ init, proxy }) => {
    const redirected = indexOfName(initContainers, init);
    return redirected >= 0 && redirected < position && indexOfName(initContainers, proxy) < 0;
  });
  if (!mesh || String(scope.params.user ?? '') === String(mesh.user)) return undefined;
  const key = annotationKey(template.name, 'user', instance);
  const message = `spec.initContainers[${indexOfName(initContainers, mesh.init)}]: ${mesh.init} redirects traffic to ${mesh.proxy}, which starts after the sidecar ${template.name} has to reach the network. The pod can hang. Let the mesh run its proxy as a native sidecar, or set ${key}: "${mesh.user}", whose traffic is not redirected.`;
  return { code: 'mesh-starts-later', sidecar: template.name, message };
}
