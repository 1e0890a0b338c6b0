import { isObject, type Json, objectsOf } from '../../core/json.ts';

/** A label selector, ready for a path; empty where it selects everything. */
export function selectorText(selector: Json | undefined): string {
  const { matchLabels, matchExpressions } = isObject(selector) ? selector : {};
  const texts = [
    ...Object.entries(isObject(matchLabels) ? matchLabels : {}).map(([key, value]) => `${key}=${String(value)}`),
    ...objectsOf(matchExpressions).map(({ key, operator, values }) => {
      const among = `(${Array.isArray(values) ? values.join(',') : ''})`;
      if (operator === 'In' || operator === 'NotIn') return `${String(key)} ${operator.toLowerCase()} ${among}`;
      return operator === 'Exists' ? String(key) : `!${String(key)}`;
    }),
  ];
  return encodeURIComponent(texts.join(','));
}
