import type { ObjectReference } from '../core/event.ts';
import type { Json } from '../core/json.ts';
import { controllerOf } from '../core/owner.ts';
import type { Api } from './api.ts';
import { createRecent } from './recent.ts';

/**
 * The kinds that people do not write themselves, because another controller makes them: their own controller is looked
 * up. Every other owner is named by a reference, so that no right to read it is needed.
 */
const madeByControllers: Readonly<Record<string, string>> = {
  'apps/v1 ReplicaSet': '/apis/apps/v1/namespaces/NAMESPACE/replicasets/',
  'batch/v1 Job': '/apis/batch/v1/namespaces/NAMESPACE/jobs/',
};

/** Names as the API server accepts them. Any other text, in a forged review, could be the path of something else. */
const objectName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** Without the spec: Secrets in the variables of a pod template never come here. */
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const [most, timeout] = [1024, 5000];

/**
 * Finds whom people know as the owner of a pod: of the ReplicaSet that controls it the Deployment or the Rollout, of a
 * Job the CronJob. Where it cannot be looked up, the answer is the nearest owner. Owners do not change, so each is
 * looked up once.
 */
export function createOwners(api: Api): (namespace: string, owner: ObjectReference) => Promise<ObjectReference> {
  const known = createRecent<ObjectReference>(most);

  async function controllerIn(path: string, owner: ObjectReference): Promise<ObjectReference> {
    const answer = await api({ path, accept: metadataOnly, timeout });
    if (answer.status !== 200) return owner;
    const body = answer.body as Json; // JSON, as each answer
    return uidOf(body) === owner.uid ? (controllerOf(body) ?? owner) : owner;
  }
  return async (namespace, owner) => {
    const folder = madeByControllers[`${owner.apiVersion} ${owner.kind}`];
    if (!folder || !objectName.test(owner.name) || !objectName.test(namespace)) return owner;
    const key = `${namespace} ${owner.uid}`;
    const found = known.get(key);
    if (found) return found;
    try {
      const root = await controllerIn(folder.replace('NAMESPACE', namespace) + owner.name, owner);
      known.set(key, root);
      return root;
    } catch {
      return owner; // the API server cannot be reached
    }
  };
}

function uidOf(object: Json): unknown {
  return (object as { readonly metadata?: { readonly uid?: unknown } }).metadata?.uid; // an object of the API server
}
