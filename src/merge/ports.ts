import { annotationKey } from '../core/annotations.ts';
import type { JsonObject } from '../core/json.ts';
import type { Container, Pod } from '../core/objects.ts';
import { portsOf } from '../core/pod.ts';
import { type Problem, solvedBy } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import { containerAt, runningOf } from './app-containers.ts';
import { containersOf } from './containers-and-volumes.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';

/** Who uses which port of the pod's address: `8080/TCP` → `container web`, or the sidecar. */
type UsedPorts = Map<string, string | SelectedInstance>;

/** A port of a sidecar that somebody else uses. */
interface Collision {
  readonly port: number;
  readonly owner: string | SelectedInstance;
  readonly selected: SelectedInstance;
}

/** Reports each port of a sidecar that a container of the app or another sidecar uses. */
export function mergePorts(
  { pod, problems, names }: Merge,
  placements: readonly Placement[],
  positions: readonly number[],
): void {
  const used: UsedPorts = new Map();
  for (const index of runningOf(pod, names)) takePorts(used, containerAt(pod, index));
  const collisions = placements.flatMap(({ fragment, selected }, i) => {
    const inits = portsOfInits(pod, positions[i] ?? 0, names);
    return containersOf(fragment).flatMap((container) => claimPorts(container, selected, used, inits));
  });
  for (const collision of collisions) problems.push(portTaken(collision, used));
}

/**
 * Adds the ports that a container declares or has probes for. A container may listen on other ports; the pod does not
 * show them.
 */
function takePorts(used: UsedPorts, container: Container | undefined): void {
  if (container) for (const port of portsOf(container)) used.set(port, `container ${container.name}`);
}

/**
 * The ports of the ordinary init containers from an index on, which have not ended when a native sidecar before them
 * starts.
 */
function portsOfInits({ spec }: Pod, from: number, injected: ReadonlySet<string>): UsedPorts {
  const used: UsedPorts = new Map();
  for (const container of spec.initContainers?.slice(from) ?? [])
    if (container.restartPolicy !== 'Always' && !injected.has(container.name)) takePorts(used, container);
  return used;
}

/**
 * Takes the ports of an injected container; a collision for each number that is taken, whatever the protocol. `inits`
 * are those that only a native one meets.
 */
function claimPorts(container: JsonObject, selected: SelectedInstance, used: UsedPorts, inits: UsedPorts): Collision[] {
  const collisions = new Map<number, Collision>();
  for (const port of new Set(portsOf(container))) {
    const owner = used.get(port) ?? (container.restartPolicy === 'Always' ? inits.get(port) : undefined);
    if (owner === undefined) used.set(port, selected);
    else {
      const number = Number.parseInt(port, 10);
      collisions.set(number, collisions.get(number) ?? { port: number, owner, selected });
    }
  }
  return [...collisions.values()];
}

/** The port that the fix offers counts as used from then on, so that no other fix offers it. */
function portTaken({ port, owner, selected }: Collision, used: UsedPorts): Problem {
  const [own, others] = [selected, owner].map((each) => (typeof each === 'string' ? undefined : settingOf(port, each)));
  const name = typeof owner === 'string' ? owner : `the sidecar ${owner.template.name}`;
  // Nobody can change what a policy locks.
  const changed = [own, others].find((each) => each && each.source?.kind !== 'lock') ?? (others ? own : undefined);
  const free = changed && freePort(port, used);
  if (free !== undefined) used.set(`${free}/TCP`, selected);
  const fix = changed
    ? solvedBy({ text: `set ${changed.key} to a free port, for example "${free}"`, keys: [changed.key] })
    : { fix: `Change the port of ${name}.` };
  const path = pathOf(own?.source ?? selected.source);
  return { code: 'port-taken', path, message: `Port ${port} is used by ${name}.`, ...fix };
}

/** The annotation for a port of a sidecar, and who has set it; undefined where its template has the port. */
function settingOf(port: number, selected: SelectedInstance) {
  const { template, instance, settings } = selected;
  const parameters = portParameters.get(selected) ?? portParametersOf(selected);
  portParameters.set(selected, parameters);
  const parameter = parameters.get(BigInt(port));
  if (!parameter) return undefined;
  const key = annotationKey(template.name, parameter.name, instance);
  return { key, source: settings.get(parameter.name)?.source };
}

/** The parameters of an instance by the ports that they set. It can have thousands of ports that are taken. */
const portParameters = new WeakMap<SelectedInstance, ReturnType<typeof portParametersOf>>();

function portParametersOf({ template, scope }: SelectedInstance) {
  const all = [...template.parameters.values()].filter(({ declaration }) => declaration.type === 'port');
  return new Map(all.toReversed().map((each) => [scope.params[each.field], each]));
}

/** Tries the next ports one by one, then in growing steps: a sidecar can have thousands in a row. */
function freePort(from: number, used: UsedPorts): number {
  let port = Math.max(from, 20_000);
  for (let tries = 0; used.has(`${port}/TCP`) && port < 65_535; tries++)
    port = Math.min(65_535, port + 2 ** Math.max(0, tries - 16));
  return port;
}
