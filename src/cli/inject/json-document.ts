import { isObject, type Json } from '../../core/json.ts';
import { objectsIn } from './objects.ts';

/** The objects of all documents as JSON: a single document as it is, several as the items of one List. */
export function jsonDocument(documents: readonly Json[]): string {
  const values = documents.filter((value) => isObject(value));
  const [only] = values;
  if (values.length === 1 && only) return `${JSON.stringify(only, null, 2)}\n`;
  const items = values.flatMap((value) => objectsIn(value).map(({ object }) => object));
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)}\n`;
}

/** True when a number of the value is too large for JavaScript to keep all its digits. */
export function isRounded(value: Json | undefined): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((inner: Json | undefined) => isRounded(inner))
  );
}
