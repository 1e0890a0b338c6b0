import { isObject, type JsonObject } from '../../core/json.ts';

/**
 * The path of an object, or of all objects of a kind: in a namespace, or in all where none is named. Names of manifests can
 * be any text.
 */
export function pathTo(apiVersion: string, resource: string, namespace: string | undefined, name = ''): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${group}${scope}/${resource}${name === '' ? '' : `/${encodeURIComponent(name)}`}`;
}

/** A text in the metadata of an object; empty where there is none. */
export function metadataText({ metadata }: JsonObject, field: string): string {
  const value = isObject(metadata) ? metadata[field] : undefined;
  return typeof value === 'string' ? value : '';
}
