import { annotationKey, annotationPath, defaultContainerKey } from '../api/annotations.ts';
import { closest } from '../api/closest.ts';
import type { Pod } from '../api/pod.ts';
import type { Problem } from '../api/problem.ts';
import { pathOf } from '../selection/layers.ts';
import type { SelectedInstance } from '../selection/select.ts';

/**
 * The indices of the app containers that a sidecar is aimed at: those named by its parameter `container`, `*` for all;
 * else those that already carry its volume, else the pod's default container, else the first.
 *
 * Carriers come before the default container because another webhook may have put a container in front,
 * or set the default, between two calls for the same pod.
 */
export function targetsOf(
  pod: Pod,
  selected: SelectedInstance,
  injected: ReadonlySet<string>,
): { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] } {
  const { containers } = pod.spec;
  const app: number[] = [];
  for (let i = 0; i < containers.length; i++) if (!injected.has(containers[i]?.name ?? '')) app.push(i);
  const { container: names } = selected.scope.params;
  if (Array.isArray(names)) return namedTargets(pod, selected, names, app);
  const volume = selected.scope.instance.id;
  const carriers = app.filter((i) => containers[i]?.volumeMounts?.some(({ name }) => name === volume));
  if (carriers.length > 0) return { targets: carriers };
  const preferred = pod.metadata?.annotations?.[defaultContainerKey];
  const found = app.find((i) => containers[i]?.name === preferred) ?? app[0];
  return { targets: found === undefined ? [] : [found] };
}

function namedTargets(
  pod: Pod,
  { template, instance, settings }: SelectedInstance,
  names: readonly string[],
  app: readonly number[],
): { readonly targets: readonly number[] } | { readonly problems: readonly Problem[] } {
  if (names.includes('*')) return { targets: app };
  const known = app.map((i) => pod.spec.containers[i]?.name ?? '');
  const place = settings.get('container')?.place;
  const path = place ? pathOf(place) : annotationPath(annotationKey(template.name, 'container', instance));
  const problems = names.flatMap((name): Problem[] => {
    if (known.includes(name)) return [];
    const init = pod.spec.initContainers?.some((container) => container.name === name) ?? false;
    const sentence = init ? `${name} is an init container.` : `The pod has no container ${name}.`;
    const guess = closest(name, known);
    const list = known.join(', ');
    const fix =
      guess === undefined || init
        ? `Its containers are: ${list}.`
        : `Did you mean ${guess}? Its containers are: ${list}.`;
    return [{ code: 'unknown-container', path, sentence, fix }];
  });
  if (problems.length > 0) return { problems };
  return { targets: app.filter((i) => names.includes(pod.spec.containers[i]?.name ?? '')) };
}
