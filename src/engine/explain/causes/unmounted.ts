import { fieldAt, textAt } from '../../../core/fields.ts';
import { instanceId, isNameOf } from '../../../core/instance.ts';
import { isObject, type JsonObject, objectsOf } from '../../../core/json.ts';
import { type Evidence, isAboutSidecar } from '../evidence.ts';

/** A volume of a sidecar that the kubelet cannot mount: until it can, no container of the pod starts. */
export interface Unmounted {
  readonly pod: string;
  readonly volume: JsonObject;
  readonly sidecar: string;
  /** What the kubelet says. */
  readonly message: string;
}

/** The kubelet tries after 0, 0.5, 1.5 and 3.5 s: an object that is created with the pod is there by then. */
const lastingTries = 4;

export function unmountedVolume({ live, recorded, request }: Evidence): Unmounted | undefined {
  const stored = live?.stored;
  if (!stored || hasMounted(stored)) return undefined;
  const pod = textAt(stored, 'metadata.name');
  const found = live.events
    .filter((event) => event.reason === 'FailedMount' && event.about === `pod/${pod}` && event.count >= lastingTries)
    .flatMap(({ message: text }) => {
      const [, name = '', message = ''] = /MountVolume\.\w+ failed for volume "([^"]+)" : (.*)$/s.exec(text) ?? [];
      const volume = objectsOf(fieldAt(stored, 'spec.volumes')).find((each) => each.name === name);
      const sidecar = sidecarOf(name, recorded);
      return volume && sidecar !== undefined && isAboutSidecar(request.sidecar, sidecar)
        ? [{ pod, volume, sidecar, message }]
        : [];
    });
  return found.at(-1);
}

/** Whether the volumes are there: the pod says so, or a container has run. */
function hasMounted(pod: JsonObject): boolean {
  const isReadyToStart = objectsOf(fieldAt(pod, 'status.conditions')).some(
    ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True',
  );
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    objectsOf(fieldAt(pod, `status.${list}`)),
  );
  return isReadyToStart || statuses.some(({ state }) => isObject(state) && (state.running || state.terminated));
}

/** The sidecar whose volume has the name: the one with the longest id. */
function sidecarOf(volume: string, recorded: Evidence['recorded']): string | undefined {
  const [first] = (recorded ?? [])
    .map(({ name }) => ({ name, id: instanceId(...(name.split('.') as [string, string?])) }))
    .filter(({ id }) => isNameOf(id, volume))
    .sort((a, b) => b.id.length - a.id.length);
  return first?.name;
}
