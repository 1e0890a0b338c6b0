import type { ObjectReference } from './event.ts';
import { isObject, type Json, objectsOf } from './json.ts';

/** The longest name of an object. Source: DNS subdomains, RFC 1123. */
const maxLength = 253;

/** The controller of an object, as its owner references name it; undefined without one, or where the reference is not valid. */
export function controllerOf(object: Json | undefined): ObjectReference | undefined {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const found = objectsOf(metadata.ownerReferences).find(({ controller }) => controller === true);
  const [apiVersion, kind, name, uid] = [found?.apiVersion, found?.kind, found?.name, found?.uid].map((value) =>
    typeof value === 'string' && value !== '' && value.length <= maxLength ? value : undefined,
  );
  if (apiVersion === undefined || kind === undefined || name === undefined || uid === undefined) return undefined;
  return { apiVersion, kind, name, uid };
}
