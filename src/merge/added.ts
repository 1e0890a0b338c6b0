import { isEmpty, type Json, withoutEmpty } from '../core/json.ts';
import { isOurs } from '../core/pod.ts';
import type { Added } from '../core/status.ts';
import { containerAt } from './app-containers.ts';
import type { Merge } from './operations.ts';

/** The record of what a merge adds; `volumes` are the names of those that sidecars bring. */
export function addedBy({ pod, additions }: Merge, volumes: ReadonlySet<string>): Added {
  const mounts = new Map<string, string[]>();
  const env = new Map<string, string[]>();
  const empty: [string, Json][] = [];
  const wasEmpty = (key: string, value: Json | undefined) => {
    if (value !== undefined && isEmpty(value)) empty.push([key, value]);
  };
  wasEmpty('metadata', pod.metadata);
  wasEmpty('annotations', pod.metadata?.annotations);
  if (additions.volumes.length > 0) wasEmpty('volumes', pod.spec.volumes);
  if (additions.initContainers.length > 0) wasEmpty('initContainers', pod.spec.initContainers);
  for (const field of additions.fields.keys()) wasEmpty(field, pod.spec[field]);
  const note = (names: Map<string, string[]>, added: Json | undefined, container: string) => {
    const list = names.get(String(added));
    if (list) list.push(container);
    else names.set(String(added), [container]);
  };
  for (const [index, added] of additions.mounts) {
    const container = containerAt(pod, index);
    for (const { mountPath } of added) note(mounts, mountPath, container?.name ?? '');
    wasEmpty(`${container?.name}/volumeMounts`, container?.volumeMounts);
  }
  for (const [index, { added }] of additions.env) {
    const container = containerAt(pod, index);
    for (const { name } of added) note(env, name, container?.name ?? '');
    if (added.length > 0) wasEmpty(`${container?.name}/env`, container?.env);
  }
  return withoutEmpty({
    volumes: [...volumes],
    mounts: Object.fromEntries(mounts),
    env: Object.fromEntries(env),
    annotations: [...additions.annotations.keys()].filter((key) => !isOurs(key)),
    fields: [...additions.fields.keys()],
    empty: Object.fromEntries(empty),
  });
}
