import type { Json, JsonObject } from '../api/json.ts';
import { isObject } from '../api/json.ts';

/**
 * What every injected container says unless its template says otherwise. It passes Pod Security `restricted`;
 * it stands on the container because a pod's own runAsUser would override the image's user otherwise.
 */
const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const satisfies JsonObject;

const resources = {
  requests: { cpu: '${ params.cpu }', memory: '${ params.memory }' },
  limits: {
    cpu: { $if: '${ params.cpuLimit != null }', $value: '${ params.cpuLimit }' },
    memory: { $if: '${ params.memoryLimit != null }', $value: '${ params.memoryLimit }' },
  },
} as const satisfies JsonObject;

/** A container of a template with what all containers have in common: image, resources, security context. */
export function hardened(container: JsonObject): { [key: string]: Json | undefined } {
  const own = isObject(container.securityContext) ? container.securityContext : {};
  return {
    name: container.name,
    image: '${ params.image }',
    ...container,
    resources: container.resources ?? resources,
    securityContext: { ...securityContext, ...own },
  };
}

/** The container as it runs once, before the app, where it cannot be a native sidecar: without probes, with `$once.args`. */
export function onceOf(container: JsonObject, once: JsonObject): JsonObject {
  const { startupProbe: _s, livenessProbe: _l, readinessProbe: _r, lifecycle: _c, ports: _p, ...rest } = container;
  const args = [...(Array.isArray(rest.args) ? rest.args : []), ...(Array.isArray(once.args) ? once.args : [])];
  return { ...rest, name: `${String(rest.name)}-init`, args };
}
