import { annotationKey } from '../core/annotations.ts';
import type { JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';

/** Who uses which port of the pod's address: `8080/TCP` → `container web`. */
export type UsedPorts = Map<string, string>;

/**
 * The ports that the pod's containers declare or are probed at, except those of the named (our own) containers.
 * A container may listen elsewhere without saying so; that cannot be seen here.
 */
export function usedPorts(pod: Pod, except: ReadonlySet<string>): UsedPorts {
  const used: UsedPorts = new Map();
  for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
    if (except.has(container.name)) continue;
    for (const key of portsOf(container)) used.set(key, `container ${container.name}`);
  }
  return used;
}

/** The ports of a container as `number/PROTOCOL`. */
export function portsOf(container: JsonObject): string[] {
  const declared = objectsOf(container.ports).map(
    ({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`,
  );
  const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe];
  const probed = probes.flatMap((probe) => (isObject(probe) ? [probe.httpGet, probe.tcpSocket, probe.grpc] : []));
  return [
    ...declared,
    ...probed.flatMap((action) => (isObject(action) && typeof action.port === 'number' ? [`${action.port}/TCP`] : [])),
  ];
}

/** True when a container has a port or a probe at all: most sidecars have none, and then no port is looked at. */
export function usesPort(container: JsonObject): boolean {
  return portsOf(container).length > 0;
}

/** Takes the ports of an injected container, or says which of them are taken and which parameter to change. */
export function claimPorts(container: JsonObject, selected: SelectedInstance, used: UsedPorts): Problem[] {
  const problems: Problem[] = [];
  const owner = `the sidecar ${selected.template.name}`;
  for (const key of new Set(portsOf(container))) {
    const other = used.get(key);
    if (other === undefined) used.set(key, owner);
    else problems.push(portTaken(key, other, selected, used));
  }
  return problems;
}

function portTaken(
  key: string,
  other: string,
  { template, instance, scope, settings, because }: SelectedInstance,
  used: UsedPorts,
): Problem {
  const port = Number.parseInt(key, 10);
  const parameter = [...template.parameters.values()].find(({ declaration, field }) => {
    return declaration.type === 'port' && scope.params[field] === BigInt(port);
  });
  const source = parameter && settings.get(parameter.name)?.source;
  const path = source ? pathOf(source) : because;
  const fix = parameter
    ? `Set ${annotationKey(template.name, parameter.name, instance)} to a free port, for instance "${freePort(port, used)}".`
    : `Let ${other} use another port.`;
  return { code: 'port-taken', path, message: `Port ${port} is used by ${other}.`, fix };
}

function freePort(from: number, used: UsedPorts): number {
  let port = Math.max(from, 20_000);
  while (used.has(`${port}/TCP`) && port < 65_535) port += 1;
  return port;
}
