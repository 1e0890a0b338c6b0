import { defaultContainerKey } from '../core/annotations.ts';
import { closest } from '../core/closest.ts';
import { type Json, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { maxExplained, type Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { unsetSource } from '../select/parameters.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { isPresent } from './containers-and-volumes.ts';
import { samePath } from './mounts.ts';
import type { Placement } from './placement.ts';

/** Names in a list for people. */
const maxListed = 50;

type Targets = { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] };

/**
 * The indices of a sidecar's targets among the app containers: those in its parameter `container` (`*` for all), else
 * those that mount its volume already (or, in a pod that was injected before, have all of its variables), else the pod's
 * default container, else the first.
 *
 * A container that has the volume takes precedence over the default container because another webhook may have put a
 * container in front, or set the default, between two calls for the same pod.
 */
export function targetsOf(pod: Pod, { selected, fragment }: Placement, injected: ReadonlySet<string>): Targets {
  const { containers } = pod.spec;
  const app: number[] = [];
  for (let i = 0; i < containers.length; i++) if (!injected.has(containers[i]?.name ?? '')) app.push(i);
  const { container: names } = selected.scope.params;
  if (Array.isArray(names)) return namedTargets(pod, selected, names, app);
  const [mount] = fragment.mounts;
  if (mount) {
    const mounting = app.filter((i) =>
      containers[i]?.volumeMounts?.some(
        (each) => each.name === mount.name && samePath(each.mountPath, mount.mountPath),
      ),
    );
    if (mounting.length > 0) return { targets: mounting };
  }
  const former = mount ? [] : withAllVariables(pod, fragment, app);
  const candidates = former.length > 0 ? former : app;
  const preferred = pod.metadata?.annotations?.[defaultContainerKey];
  const found = candidates.find((i) => containers[i]?.name === preferred) ?? candidates[0];
  return { targets: found === undefined ? [] : [found] };
}

/** The containers that have all of the sidecar's variables, in a pod that was injected before. */
function withAllVariables(pod: Pod, fragment: Fragment, app: readonly number[]): readonly number[] {
  if (!isPresent(pod, fragment)) return [];
  const { containers } = pod.spec;
  const has = (i: number, name: Json | undefined) => objectsOf(containers[i]?.env).some((each) => each.name === name);
  return app.filter((i) => fragment.env.every(({ name }) => has(i, name)));
}

function namedTargets(pod: Pod, selected: SelectedInstance, names: readonly string[], app: readonly number[]): Targets {
  const known = app.map((i) => pod.spec.containers[i]?.name ?? '');
  const path = pathOf(selected.settings.get('container')?.source ?? unsetSource(selected, 'container'));
  const present = new Set(known);
  const unknown = names.filter((name) => name !== '*' && !present.has(name));
  const problems = unknown.slice(0, maxExplained).map((name): Problem => {
    const init = pod.spec.initContainers?.some((container) => container.name === name) ?? false;
    const message = init ? `${name} is an init container.` : `The pod has no container ${name}.`;
    const guess = init || name.length > 64 || known.length > maxListed ? undefined : closest(name, known);
    const list = `Its containers are: ${known.slice(0, maxListed).join(', ')}${known.length > maxListed ? ', …' : ''}.`;
    return { code: 'unknown-container', path, message, fix: guess ? `Did you mean ${guess}? ${list}` : list };
  });
  if (problems.length > 0) return { problems };
  if (names.includes('*')) return { targets: app };
  const chosen = new Set(names);
  return { targets: app.filter((i) => chosen.has(pod.spec.containers[i]?.name ?? '')) };
}
