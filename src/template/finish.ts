import { isObject, type JsonObject } from '../core/json.ts';
import type { Scope } from '../language/scope.ts';
import { takesSize } from './common-parameters.ts';
import type { Fragment } from './fragment.ts';

/**
 * The fragment with the user, the group and the size of volumes that are set, or without users where the cluster
 * assigns them.
 */
export function finished(fragment: Fragment, scope: Scope): Fragment {
  const asUser = (containers: readonly JsonObject[]) => containers.map((container) => withUser(container, scope));
  const { size } = scope.params;
  return {
    ...fragment,
    containers: asUser(fragment.containers),
    initContainers: asUser(fragment.initContainers),
    volumes: typeof size === 'string' ? fragment.volumes.map((volume) => withSize(volume, size)) : fragment.volumes,
  };
}

/** With the user and the group that are set; otherwise with those of the template, unless the cluster assigns them. */
function withUser(container: JsonObject, { params, cluster }: Scope): JsonObject {
  const { user, group } = params;
  if (user == null && group == null && !cluster.assignsUsers) return container;
  const { runAsUser, runAsGroup, ...context } = isObject(container.securityContext) ? container.securityContext : {};
  const [ownUser, ownGroup] = cluster.assignsUsers ? [] : [runAsUser, runAsGroup];
  const ids = {
    runAsUser: user == null ? ownUser : Number(user),
    runAsGroup: group == null ? ownGroup : Number(group),
  };
  const known = Object.entries(ids).filter(([, id]) => id !== undefined);
  return { ...container, securityContext: { ...context, ...Object.fromEntries(known) } };
}

function withSize(volume: JsonObject, sizeLimit: string): JsonObject {
  if (!takesSize(volume)) return volume;
  return { ...volume, emptyDir: { ...(isObject(volume.emptyDir) ? volume.emptyDir : {}), sizeLimit } };
}
