import { annotationKey, annotationPath, defaultContainerKey } from '../core/annotations.ts';
import { closest } from '../core/closest.ts';
import { type Json, objectsOf } from '../core/json.ts';
import type { Pod } from '../core/pod.ts';
import type { Problem } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Fragment } from '../template/fragment.ts';
import { samePath } from './mount-path.ts';
import { isThere, type Placement } from './placement.ts';

/**
 * The indices of the app containers that a sidecar is aimed at: those named by its parameter `container`, `*` for all;
 * else those that already carry its volume (in a pod that was injected before, one that has all of its variables), else
 * the pod's default container, else the first.
 *
 * Carriers come before the default container because another webhook may have put a container in front,
 * or set the default, between two calls for the same pod.
 */
export function targetsOf(
  pod: Pod,
  { selected, fragment }: Placement,
  injected: ReadonlySet<string>,
): { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] } {
  const { containers } = pod.spec;
  const app: number[] = [];
  for (let i = 0; i < containers.length; i++) if (!injected.has(containers[i]?.name ?? '')) app.push(i);
  const { container: names } = selected.scope.params;
  if (Array.isArray(names)) return namedTargets(pod, selected, names, app);
  const [mount] = fragment.mounts;
  if (mount) {
    const carriers = app.filter((i) =>
      containers[i]?.volumeMounts?.some(
        (each) => each.name === mount.name && samePath(each.mountPath, mount.mountPath),
      ),
    );
    if (carriers.length > 0) return { targets: carriers };
  }
  const told = mount ? [] : toldBefore(pod, fragment, app);
  const candidates = told.length > 0 ? told : app;
  const preferred = pod.metadata?.annotations?.[defaultContainerKey];
  const found = candidates.find((i) => containers[i]?.name === preferred) ?? candidates[0];
  return { targets: found === undefined ? [] : [found] };
}

/** The containers that have all of the variables, in a pod that was injected before. */
function toldBefore(pod: Pod, fragment: Fragment, app: readonly number[]): readonly number[] {
  if (!isThere(pod, fragment)) return [];
  const { containers } = pod.spec;
  const has = (i: number, name: Json | undefined) => objectsOf(containers[i]?.env).some((each) => each.name === name);
  return app.filter((i) => fragment.env.every(({ name }) => has(i, name)));
}

function namedTargets(
  pod: Pod,
  { template, instance, settings }: SelectedInstance,
  names: readonly string[],
  app: readonly number[],
): { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] } {
  const known = app.map((i) => pod.spec.containers[i]?.name ?? '');
  const source = settings.get('container')?.source;
  const path = source ? pathOf(source) : annotationPath(annotationKey(template.name, 'container', instance));
  const problems = names.flatMap((name): Problem[] => {
    if (name === '*' || known.includes(name)) return [];
    const init = pod.spec.initContainers?.some((container) => container.name === name) ?? false;
    const message = init ? `${name} is an init container.` : `The pod has no container ${name}.`;
    const guess = closest(name, known);
    const list = known.join(', ');
    const fix =
      guess === undefined || init
        ? `Its containers are: ${list}.`
        : `Did you mean ${guess}? Its containers are: ${list}.`;
    return [{ code: 'unknown-container', path, message, fix }];
  });
  if (problems.length > 0) return { problems };
  if (names.includes('*')) return { targets: app };
  return { targets: app.filter((i) => names.includes(pod.spec.containers[i]?.name ?? '')) };
}
