import { objectAt, textAt } from '../../core/fields.ts';
import type { JsonObject } from '../../core/json.ts';

/**
 * The path of an object, or of all objects of a kind: in a namespace, or in all where none is named. Names of manifests
 * can be any text.
 */
export function pathTo(apiVersion: string, resource: string, namespace: string | undefined, name = ''): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${group}${scope}/${resource}${name === '' ? '' : `/${encodeURIComponent(name)}`}`;
}

/** A text in the metadata of an object; empty where there is none. */
export function metadataText(object: JsonObject, field: string): string {
  return textAt(object, `metadata.${field}`);
}

/** The annotations or the labels of an object. */
export function textsOf(
  object: JsonObject | undefined,
  field: 'annotations' | 'labels',
): { readonly [key: string]: string } {
  const entries = Object.entries(objectAt(object, `metadata.${field}`));
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}
