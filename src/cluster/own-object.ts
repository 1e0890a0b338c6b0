import { isDeepStrictEqual } from 'node:util';
import type { ObjectReference } from '../core/event.ts';
import { type Api, type ApiAnswer, applyPatch, failureOf, mergePatch } from './api.ts';

/** An object that the injector writes. Every field but the metadata must be in the cluster exactly as it is here. */
export interface OwnObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: { readonly [key: string]: string } };
}

/** An object as the API server has it. */
export interface StoredObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly labels?: { readonly [key: string]: string };
    readonly ownerReferences?: readonly ObjectReference[];
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string }[];
  };
  readonly [field: string]: unknown;
}

/** The API server does not take an object, and says why. */
export class RefusedObject extends Error {
  readonly object: OwnObject;
  readonly causes: readonly Cause[];

  constructor(object: OwnObject, answer: ApiAnswer) {
    super(failureOf(answer));
    this.object = object;
    const { details } = (answer.body ?? {}) as { readonly details?: { readonly causes?: readonly Cause[] } }; // a Status
    this.causes = details?.causes ?? [];
  }
}

interface Cause {
  /** `webhooks[4].objectSelector.matchExpressions[0].key` */
  readonly field?: string;
  readonly message?: string;
}

/** The name under which the API server keeps which fields are the injector's. */
const fieldManager = 'sidecar-injector';

/** Reads an object; undefined where there is none. */
export async function readObject(api: Api, path: string): Promise<StoredObject | undefined> {
  const answer = await api({ path, timeout });
  return answer.status === 404 ? undefined : storedIn(answer);
}

/** Whether the cluster has everything that is wanted, and nothing else in the fields that are. */
export function isAsWanted(stored: StoredObject, wanted: OwnObject, owner: ObjectReference | undefined): boolean {
  const { apiVersion: _version, kind: _kind, metadata, ...fields } = wanted;
  const { labels = {}, ownerReferences = [] } = stored.metadata;
  return (
    Object.entries(fields).every(([field, value]) => isDeepStrictEqual(stored[field], value)) &&
    Object.entries(metadata.labels).every(([key, value]) => labels[key] === value) &&
    (owner === undefined || ownerReferences.some(({ uid }) => uid === owner.uid))
  );
}

/**
 * Writes the object by server-side apply, and gives what is stored then; `before` is what was there. An apply leaves
 * what others have added, also where that makes the object invalid. So where they have added something, the whole
 * object is replaced, unless it has changed again meanwhile. Rejects with a `RefusedObject` when the API server does
 * not take it.
 */
export async function writeObject(
  api: Api,
  path: string,
  wanted: OwnObject,
  owner: ObjectReference | undefined,
  before?: StoredObject,
): Promise<StoredObject> {
  const own = { ...wanted.metadata, ...(owner ? { ownerReferences: [owner] } : {}) };
  const query = `fieldManager=${fieldManager}`;
  const body = { ...wanted, metadata: own };
  const applied = await api({
    method: 'PATCH',
    path: `${path}?${query}&force=true`,
    body,
    contentType: applyPatch,
    timeout,
  });
  if (applied.status === 422 && !before) throw new RefusedObject(wanted, applied);
  const stored = applied.status === 422 && before ? before : storedIn(applied);
  if (isAsWanted(stored, wanted, owner)) return stored;
  const labels = { ...stored.metadata.labels, ...wanted.metadata.labels };
  const replacement = { ...wanted, metadata: { ...stored.metadata, ...own, labels } };
  const replaced = await api({ method: 'PUT', path: `${path}?${query}`, body: replacement, timeout });
  if (replaced.status === 422) throw new RefusedObject(wanted, replaced);
  return storedIn(replaced);
}

/** Makes `owner` one of the owners of an object. */
export async function addOwner(
  api: Api,
  path: string,
  { metadata }: StoredObject,
  owner: ObjectReference,
): Promise<void> {
  const ownerReferences = metadata.ownerReferences ?? [];
  if (ownerReferences.some(({ uid }) => uid === owner.uid)) return;
  const body = { metadata: { uid: metadata.uid, ownerReferences: [...ownerReferences, owner] } };
  storedIn(await api({ method: 'PATCH', path, body, contentType: mergePatch, timeout }));
}

/** Who changed the object last, the injector aside. */
export function changedBy({ metadata: { managedFields = [] } }: StoredObject): string | undefined {
  const others = managedFields.filter(({ manager }) => manager !== fieldManager);
  return others.sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0]?.manager;
}

/** Milliseconds. */
const timeout = 10_000;

function storedIn(answer: ApiAnswer): StoredObject {
  if (answer.status >= 300) throw new Error(failureOf(answer));
  return answer.body as StoredObject; // a successful answer has the object
}
