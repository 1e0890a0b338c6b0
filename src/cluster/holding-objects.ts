import { type Api, applyPatch, failureOf } from './api.ts';
import type { Resource } from './resource.ts';

/** An object that holds a policy inside the API server. */
export interface HoldingObject {
  readonly kind: 'PodTemplate' | 'ValidatingAdmissionPolicyBinding' | 'MutatingAdmissionPolicyBinding';
  readonly metadata: { readonly name: string };
}

const registration = '/apis/admissionregistration.k8s.io/v1';

/** Where the objects are, and the rules that bindings are of. `namespace` has the parameters. */
export function holdingPaths(namespace: string) {
  return {
    PodTemplate: `/api/v1/namespaces/${namespace}/podtemplates`,
    ValidatingAdmissionPolicyBinding: `${registration}/validatingadmissionpolicybindings`,
    MutatingAdmissionPolicyBinding: `${registration}/mutatingadmissionpolicybindings`,
    ValidatingAdmissionPolicy: `${registration}/validatingadmissionpolicies`,
  } as const;
}

/**
 * Writes the object, of which the API server has `version`, or none. Gives what it has then; undefined where somebody
 * else has written it meanwhile. Rejects with what the API server says.
 */
export async function writeHolding(
  api: Api,
  namespace: string,
  object: HoldingObject,
  version: string | undefined,
): Promise<Resource | undefined> {
  const { kind, metadata } = object;
  const path = holdingPaths(namespace)[kind];
  const own = `${path}/${metadata.name}?fieldManager=sidecar-injector`;
  const body = { ...object, metadata: { ...metadata, ...(version === undefined ? {} : { resourceVersion: version }) } };
  const answer =
    version !== undefined
      ? await api({ method: 'PUT', path: own, body })
      : kind === 'PodTemplate'
        ? await api({ method: 'POST', path, body })
        : // RBAC can limit a right to create to names only where an apply creates.
          await api({ method: 'PATCH', path: own, body, contentType: applyPatch });
  if (answer.status === 409) return undefined;
  if (answer.status >= 300) throw new Error(`${kind}/${metadata.name}: ${failureOf(answer)}`);
  return answer.body as Resource; // a successful answer has the object
}

/** Deletes an object. Rejects with what the API server says; that it is gone already is not a failure. */
export async function removeHolding(
  api: Api,
  namespace: string,
  kind: HoldingObject['kind'],
  name: string,
): Promise<void> {
  const answer = await api({ method: 'DELETE', path: `${holdingPaths(namespace)[kind]}/${name}` });
  if (answer.status >= 300 && answer.status !== 404) throw new Error(`${kind}/${name}: ${failureOf(answer)}`);
}
