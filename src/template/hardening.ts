import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';

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

/** Where a container is not written out, so that nothing can be added to it. */
export function hardeningProblems(container: JsonObject, path: TemplateProblem['path']): TemplateProblem[] {
  const { $value, securityContext } = container;
  if ('restartPolicy' in container)
    return [{ path: [...path, 'restartPolicy'], message: 'is set by the injector: leave it out' }];
  if ($value !== undefined)
    return [
      {
        path: [...path, '$value'],
        message: 'a container is written out: $if can leave it out, $value cannot stand for it',
      },
    ];
  if (securityContext === undefined) return [];
  if (isObject(securityContext) && !('$if' in securityContext) && !('$value' in securityContext)) return [];
  return [
    {
      path: [...path, 'securityContext'],
      message: 'is a map of its fields: expressions, $if and $value go into these',
    },
  ];
}

export function onceProblems(once: Json | undefined, path: TemplateProblem['path']): TemplateProblem[] {
  if (once === undefined) return [];
  if (isObject(once) && Object.keys(once).every((key) => key === 'args') && Array.isArray(once.args ?? [])) return [];
  return [{ path, message: 'is a map with the list args, or an empty one' }];
}

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
