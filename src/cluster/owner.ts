import type { ObjectReference } from '../core/event.ts';
import type { Api } from './api.ts';
import { addOwner, readObject } from './own-object.ts';

export interface OwnerOptions {
  readonly api: Api;
  /** The ClusterRole of the chart, which goes when the chart is uninstalled. */
  readonly clusterRole: string;
  /** The namespace of the injector. */
  readonly namespace: string;
}

/**
 * The ClusterRole that owns what the injector writes, so that the API server collects it after an uninstall. The
 * namespace of the injector owns the role: so all of it goes too when somebody deletes nothing but the namespace.
 * Rejects when the role is gone, because nobody would collect what is written then.
 */
export async function findOwner({ api, clusterRole, namespace }: OwnerOptions): Promise<ObjectReference> {
  const rbac = 'rbac.authorization.k8s.io/v1';
  const path = `/apis/${rbac}/clusterroles/${clusterRole}`;
  const role = await readObject(api, path);
  if (role?.metadata.deletionTimestamp !== undefined || role === undefined)
    throw new Error(`the ClusterRole ${clusterRole} is gone, which owns what the injector writes`);
  const home = await readObject(api, `/api/v1/namespaces/${namespace}`);
  if (home)
    await addOwner(api, path, role, { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid: home.metadata.uid });
  return { apiVersion: rbac, kind: 'ClusterRole', name: clusterRole, uid: role.metadata.uid };
}
