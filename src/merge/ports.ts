import { annotationKey } from '../core/annotations.ts';
import type { JsonObject } from '../core/json.ts';
import { isObject, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import { containersOf } from './containers-and-volumes.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';

/** Who uses which port of the pod's address: `8080/TCP` → `container web`. */
type UsedPorts = Map<string, string>;

/** Reports each port of a sidecar that a container of the app or another sidecar uses. */
export function mergePorts({ pod, problems, names }: Merge, placements: readonly Placement[]): void {
  const used = usedPorts(pod, names, placements.some(isEarly));
  for (const { fragment, selected } of placements) {
    for (const container of containersOf(fragment)) problems.push(...claimPorts(container, selected, used));
  }
}

/** True for a sidecar that runs already while the app's init containers do. */
function isEarly({ selected }: Placement): boolean {
  return selected.template.document.spec.order.initContainers === 'before';
}

/**
 * The ports that the pod's containers declare or have probes for, except those of injected containers. An ordinary init
 * container has ended when the sidecars start, unless one of them is `early`. A container may listen on other ports; the
 * pod does not show them.
 */
function usedPorts({ spec }: Pod, injected: ReadonlySet<string>, early: boolean): UsedPorts {
  const used: UsedPorts = new Map();
  const init = (spec.initContainers ?? []).filter(({ restartPolicy }) => early || restartPolicy === 'Always');
  for (const container of [...spec.containers, ...init]) {
    if (injected.has(container.name)) continue;
    for (const port of portsOf(container)) used.set(port, `container ${container.name}`);
  }
  return used;
}

/** The ports of a container as `number/PROTOCOL`: those it declares, and those of its probes. A probe with a `host` is of another machine. */
export function portsOf(container: JsonObject): string[] {
  const declared = objectsOf(container.ports).flatMap(({ containerPort, protocol = 'TCP' }) =>
    typeof containerPort === 'number' && typeof protocol === 'string' ? [`${containerPort}/${protocol}`] : [],
  );
  const probes = [container.livenessProbe, container.readinessProbe, container.startupProbe];
  const probed = probes.flatMap((probe) => (isObject(probe) ? [probe.httpGet, probe.tcpSocket, probe.grpc] : []));
  return [
    ...declared,
    ...probed.flatMap((action) =>
      isObject(action) && typeof action.port === 'number' && !action.host ? [`${action.port}/TCP`] : [],
    ),
  ];
}

/** Takes the ports of an injected container; a problem for each one that is taken. */
function claimPorts(container: JsonObject, selected: SelectedInstance, used: UsedPorts): Problem[] {
  const problems: Problem[] = [];
  for (const port of new Set(portsOf(container))) {
    const owner = used.get(port);
    if (owner === undefined) used.set(port, `the sidecar ${selected.template.name}`);
    else problems.push(portTaken(Number.parseInt(port, 10), owner, selected, used));
  }
  return problems;
}

function portTaken(port: number, owner: string, selected: SelectedInstance, used: UsedPorts): Problem {
  const { template, instance, scope, settings } = selected;
  const parameter = [...template.parameters.values()].find(({ declaration, field }) => {
    return declaration.type === 'port' && scope.params[field] === BigInt(port);
  });
  const source = (parameter && settings.get(parameter.name)?.source) ?? selected.source;
  const fix = parameter
    ? `Set ${annotationKey(template.name, parameter.name, instance)} to a free port, for example "${freePort(port, used)}".`
    : `Let ${owner} use another port.`;
  return { code: 'port-taken', path: pathOf(source), message: `Port ${port} is used by ${owner}.`, fix };
}

function freePort(from: number, used: UsedPorts): number {
  let port = Math.max(from, 20_000);
  while (used.has(`${port}/TCP`) && port < 65_535) port += 1;
  return port;
}
