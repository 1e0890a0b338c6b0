import { defaultContainerKey } from '../core/annotations.ts';
import { closest } from '../core/closest.ts';
import type { Pod } from '../core/objects.ts';
import { maxExplained, type Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import { unsetSource } from '../select/parameters.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { containerAt, runningOf } from './app-containers.ts';
import { isPresent } from './containers-and-volumes.ts';
import { hasVariable } from './env.ts';
import { samePath } from './mounts.ts';
import type { Placement } from './placement.ts';

/** Names in a list for people. */
const maxListed = 50;

type Targets = { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] };

/**
 * The indices of a sidecar's targets among the app's containers: those in its parameter `container` (`*` for all that
 * run together), else those that mount its volume already (or, in a pod that was injected before, have all of its
 * variables), else the pod's default container, else the first. An ordinary init container is a target only where it is
 * named.
 *
 * A container that has the volume takes precedence over the default container because another webhook may have put a
 * container in front, or set the default, between two calls for the same pod.
 */
export function targetsOf(pod: Pod, { selected, fragment }: Placement, injected: ReadonlySet<string>): Targets {
  const app = runningOf(pod, injected);
  const { container: names } = selected.scope.params;
  if (Array.isArray(names)) return namedTargets(pod, selected, names, app, injected);
  const [mount] = fragment.mounts;
  if (mount) {
    const mounting = app.filter((i) =>
      containerAt(pod, i)?.volumeMounts?.some(
        (each) => each.name === mount.name && samePath(each.mountPath, mount.mountPath),
      ),
    );
    if (mounting.length > 0) return { targets: mounting };
  }
  const former = mount ? [] : withAllVariables(pod, fragment, app);
  const candidates = former.length > 0 ? former : app;
  const preferred = pod.metadata?.annotations?.[defaultContainerKey];
  const found = candidates.find((i) => containerAt(pod, i)?.name === preferred) ?? candidates[0];
  return { targets: found === undefined ? [] : [found] };
}

/** The containers that have all of the sidecar's variables, in a pod that was injected before. */
function withAllVariables(pod: Pod, fragment: Fragment, app: readonly number[]): readonly number[] {
  if (!isPresent(pod, fragment)) return [];
  return app.filter((i) => fragment.env.every((variable) => hasVariable(containerAt(pod, i), variable)));
}

function namedTargets(
  pod: Pod,
  selected: SelectedInstance,
  names: readonly string[],
  app: readonly number[],
  injected: ReadonlySet<string>,
): Targets {
  const byName = new Map(app.map((i) => [containerAt(pod, i)?.name ?? '', i]));
  const known = [...byName.keys()];
  for (const [i, { name }] of (pod.spec.initContainers ?? []).entries())
    if (!injected.has(name) && !byName.has(name)) byName.set(name, pod.spec.containers.length + i);
  const path = pathOf(selected.settings.get('container')?.source ?? unsetSource(selected, 'container'));
  const unknown = names.filter((name) => name !== '*' && !byName.has(name));
  const problems = unknown.slice(0, maxExplained).map((name): Problem => {
    const guess = name.length > 64 || byName.size > maxListed ? undefined : closest(name, byName.keys());
    const list = `Its containers are: ${known.slice(0, maxListed).join(', ')}${known.length > maxListed ? ', …' : ''}.`;
    const fix = guess ? `Did you mean ${guess}? ${list}` : list;
    return { code: 'unknown-container', path, message: `The pod has no container ${name}.`, fix };
  });
  if (problems.length > 0) return { problems };
  const named = names.flatMap((name) => byName.get(name) ?? []);
  return { targets: names.includes('*') ? [...new Set([...app, ...named])] : named.toSorted((a, b) => a - b) };
}
