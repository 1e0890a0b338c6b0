import { fieldAt } from '../../core/fields.ts';
import { isObject, type Json, type JsonObject, objectsOf } from '../../core/json.ts';
import { pathTo } from './paths.ts';

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

/**
 * The path of the pods that a workload selects, or of those of them that have certain labels; undefined where it
 * selects none. The selector of a ReplicationController is a map of labels.
 */
export function podsPath(owner: JsonObject, namespace: string, labels = ''): string | undefined {
  const selector = fieldAt(owner, 'spec.selector');
  const text = selectorText(owner.kind === 'ReplicationController' ? { matchLabels: selector ?? {} } : selector);
  if (text === '') return undefined;
  const more = labels === '' ? '' : encodeURIComponent(`,${labels}`);
  return `${pathTo('v1', 'pods', namespace)}?labelSelector=${text}${more}`;
}
