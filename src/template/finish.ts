import { isObject, type JsonObject } from '../core/json.ts';
import type { Scope } from '../language/scope.ts';
import { takesSize } from './common-parameters.ts';
import type { Fragment } from './fragment.ts';
import { withoutToken } from './no-token.ts';
import type { TemplateSpec } from './schema.ts';

/** The fragment with what all sidecars have in common: their user and group, the size of their volumes, and no token. */
export function finished(fragment: Fragment, scope: Scope, { serviceAccountToken }: TemplateSpec): Fragment {
  const asUser = (containers: readonly JsonObject[]) => containers.map((container) => withUser(container, scope));
  const { size } = scope.params;
  const common: Fragment = {
    ...fragment,
    containers: asUser(fragment.containers),
    initContainers: asUser(fragment.initContainers),
    volumes: typeof size === 'string' ? fragment.volumes.map((volume) => withSize(volume, size)) : fragment.volumes,
  };
  return serviceAccountToken ? common : withoutToken(common, scope.instance.id);
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
