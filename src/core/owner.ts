import type { ObjectReference } from './event.ts';
import { isObject, type Json, objectsOf } from './json.ts';

/** The longest name of an object. Source: DNS subdomains, RFC 1123. */
const maxLength = 253;

/**
 * What the parts of a reference look like. The API server takes any text as kind and name of an owner, and whoever
 * creates a pod writes them: none may be a path, a flag, two lines or the like. Source: ValidateOwnerReferences in
 * k8s.io/apimachinery.
 */
const forms = {
  apiVersion: /^(?:[a-z0-9][-a-z0-9.]*\/)?[a-z][-a-z0-9]*$/,
  kind: /^[A-Za-z][-A-Za-z0-9]*$/,
  name: /^[A-Za-z0-9][-\w.:]*$/,
  uid: /^[-\w.:]+$/,
};

/**
 * The controller of an object, as its owner references name it; undefined without one, or where the reference is not
 * valid.
 */
export function controllerOf(object: Json | undefined): ObjectReference | undefined {
  const metadata = isObject(object) && isObject(object.metadata) ? object.metadata : {};
  const found = objectsOf(metadata.ownerReferences).find(({ controller }) => controller === true);
  const part = (field: keyof typeof forms) => {
    const value = found?.[field];
    return typeof value === 'string' && value.length <= maxLength && forms[field].test(value) ? value : undefined;
  };
  const [apiVersion, kind, name, uid] = [part('apiVersion'), part('kind'), part('name'), part('uid')];
  if (apiVersion === undefined || kind === undefined || name === undefined || uid === undefined) return undefined;
  return { apiVersion, kind, name, uid };
}
