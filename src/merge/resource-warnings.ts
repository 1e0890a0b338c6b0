import { annotationKey } from '../core/annotations.ts';
import { isObject, type JsonObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import type { Warning } from '../core/problem.ts';
import { pathOf } from '../core/source.ts';
import type { SelectedInstance } from '../select/select.ts';
import type { Merge } from './operations.ts';
import type { Placement } from './placement.ts';
import { amountOf, isLimited, resourcesOf } from './quantities.ts';

/** Warns where the resources of the containers that a sidecar adds change something for the rest of the pod. */
export function warnOfResources({ pod, warnings }: Merge, placement: Placement, added: readonly JsonObject[]): void {
  if (added.length === 0) return;
  const { template, source } = placement.selected;
  const warn = (code: Warning['code'], message: string | undefined) => {
    if (message === undefined) return;
    warnings.push({ code, sidecar: template.name, message: `${pathOf(source)}: ${message}` });
  };
  warn('no-longer-guaranteed', lostGuarantee(pod, placement.selected, added));
  warn('ephemeral-storage-shared', sharedStorage(pod, placement, added));
}

/**
 * A pod is Guaranteed when each container has equal requests and limits, of CPU and of memory. Source: Kubernetes,
 * qos.ComputePodQOS.
 */
function lostGuarantee({ spec }: Pod, selected: SelectedInstance, added: readonly JsonObject[]): string | undefined {
  // Resources of the pod itself decide alone.
  if (spec.resources != null || !spec.containers.every(isGuaranteed)) return undefined;
  if (spec.initContainers && !spec.initContainers.every(isGuaranteed)) return undefined;
  const burstable = added.find((container) => !isGuaranteed(container));
  if (!burstable) return undefined;
  const settings = equalSettings(burstable, selected);
  const fix = settings.length > 0 ? `set ${settings.join(' and ')}` : 'its template must set equal requests and limits';
  return `with the sidecar ${selected.template.name}, the pod is Burstable and no longer Guaranteed. To keep it Guaranteed, ${fix}`;
}

function isGuaranteed(container: JsonObject): boolean {
  if (!isLimited(container, 'cpu') || !isLimited(container, 'memory')) return false;
  const { requests, limits } = resourcesOf(container);
  return ['cpu', 'memory'].every((name) => {
    const limit = amountOf(limits.get(name));
    return limit > 0 && amountOf(requests.get(name)) === limit;
  });
}

/** The settings that make the requests and limits of a container equal; none where its template writes them itself. */
function equalSettings(container: JsonObject, { template, instance, scope }: SelectedInstance): string[] {
  const { requests, limits } = resourcesOf(container);
  return ['cpu', 'memory'].flatMap((name) => {
    const [request, limit] = [requests.get(name), limits.get(name)];
    if (request === undefined || request !== scope.params[name]) return [];
    const set = (parameter: string, value: string) =>
      `${annotationKey(template.name, parameter, instance)}: "${value}"`;
    if (limit === undefined) return [set(`${name}-limit`, request)];
    return amountOf(limit) === amountOf(request) ? [] : [set(name, limit)];
  });
}

/**
 * The kubelet evicts a pod that uses more ephemeral storage than all limits of its containers together. The files of
 * those without a limit, and of all emptyDirs, count too. Source: kubelet, eviction manager,
 * podEphemeralStorageLimitEviction.
 */
function sharedStorage(
  { spec }: Pod,
  { selected, fragment }: Placement,
  added: readonly JsonObject[],
): string | undefined {
  const { template, instance } = selected;
  const hasLimit = (container: JsonObject) => isLimited(container, 'ephemeral-storage');
  const [ours, apps] = [added.some(hasLimit), spec.containers.some(hasLimit)];
  if (ours && !apps)
    return `the ephemeral-storage-limit of the sidecar ${template.name} is the limit of the whole pod, because no container of the app has one. Set limits of ephemeral-storage there too`;
  const writes = fragment.volumes.some(({ emptyDir }) => isObject(emptyDir) && emptyDir.medium !== 'Memory');
  if (ours || !apps || !writes) return undefined;
  const key = annotationKey(template.name, 'ephemeral-storage-limit', instance);
  return `the files of the sidecar ${template.name} count against the ephemeral-storage limit of the app. Set ${key}`;
}
