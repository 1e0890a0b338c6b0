// The pods of a namespace, as they are and as they get ready.
import type { Target } from '../target.ts';
import { type ContainerStatus, isReady, type Pod, statusesOf } from './shapes.ts';
import { until } from './until.ts';

/** The pods that are not on their way out. */
export async function podsOf(target: Target, namespace: string): Promise<Pod[]> {
  const { items } = await target.get<{ items: Pod[] }>('pods', '-n', namespace);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The namespace's only pod, as soon as it is Ready. */
export function readyPod(target: Target, namespace: string): Promise<Pod> {
  const look = async () => (await podsOf(target, namespace)).find(isReady);
  return until(`a pod in ${namespace} is Ready`, look, { seconds: 180, every: 1000 });
}

/** How the container stands now. */
export async function statusOf(target: Target, pod: Pod, container: string): Promise<ContainerStatus> {
  const { name, namespace } = pod.metadata;
  const found = statusesOf(await target.get<Pod>('pod', name, '-n', namespace)).find(({ name }) => name === container);
  if (!found) throw new Error(`pod ${name} has no status of a container ${container}`);
  return found;
}
