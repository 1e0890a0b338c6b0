import type { Json, JsonObject } from '../core/json.ts';
import { isObject } from '../core/json.ts';
import type { TemplateProblem } from '../language/template-problem.ts';

/**
 * The security context of every injected container, unless its template says otherwise. It passes Pod Security
 * `restricted`. It is set on the container, because there it overrides the security context of the pod.
 */
const securityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const satisfies JsonObject;

/** The value of a parameter; left out where it has none. */
const ifSet = (field: string) => ({ $if: `\${ params.${field} != null }`, $value: `\${ params.${field} }` });

const resources: JsonObject = {
  requests: {
    cpu: '${ params.cpu }',
    memory: '${ params.memory }',
    'ephemeral-storage': ifSet('ephemeralStorage'),
  },
  limits: {
    cpu: ifSet('cpuLimit'),
    memory: ifSet('memoryLimit'),
    'ephemeral-storage': ifSet('ephemeralStorageLimit'),
  },
};

/** Where a container is not written out as a map, so that these fields cannot be added. */
export function hardeningProblems(container: JsonObject, path: TemplateProblem['path']): TemplateProblem[] {
  const { $value, securityContext, volumeMounts = [] } = container;
  if ('restartPolicy' in container)
    return [{ path: [...path, 'restartPolicy'], message: 'is set by the injector: remove it' }];
  if ($value !== undefined)
    return [
      {
        path: [...path, '$value'],
        message: 'cannot replace a container: write out its fields, and use $if to leave it out',
      },
    ];
  if (!Array.isArray(volumeMounts))
    return [{ path: [...path, 'volumeMounts'], message: 'must be a list: use expressions, $if and $value inside it' }];
  if (securityContext === undefined) return [];
  if (isObject(securityContext) && !('$if' in securityContext) && !('$value' in securityContext)) return [];
  return [
    {
      path: [...path, 'securityContext'],
      message: 'must be a map of its fields: use expressions, $if and $value inside these',
    },
  ];
}

export function onceProblems(once: Json | undefined, path: TemplateProblem['path']): TemplateProblem[] {
  if (once === undefined) return [];
  if (isObject(once) && Object.keys(once).every((key) => key === 'args') && Array.isArray(once.args ?? [])) return [];
  return [{ path, message: 'must be a map with the list args, or an empty map' }];
}

/** A container with the image of its sidecar, unless it names another. */
export function withImage(container: JsonObject): JsonObject {
  return { image: '${ params.image }', ...container };
}

/** A container of a template with the defaults of all containers: image, resources, security context. */
export function hardened(container: JsonObject): { [key: string]: Json | undefined } {
  const own = isObject(container.securityContext) ? container.securityContext : {};
  return {
    name: container.name,
    ...withImage(container),
    resources: container.resources ?? resources,
    securityContext: { ...securityContext, ...own },
  };
}

/**
 * The container that runs once, before the app, in the classic form: without probes and ports, with `$once.args` added.
 */
export function onceOf(container: JsonObject, once: JsonObject): JsonObject {
  const { startupProbe: _s, livenessProbe: _l, readinessProbe: _r, lifecycle: _c, ports: _p, ...rest } = container;
  const args = [...(Array.isArray(rest.args) ? rest.args : []), ...(Array.isArray(once.args) ? once.args : [])];
  return { ...rest, name: `${String(rest.name)}-init`, args };
}
