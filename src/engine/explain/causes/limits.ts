import { annotationKey } from '../../../core/annotations.ts';
import type { InjectedSidecar } from '../../../core/outcome.ts';

/** The bounds that a LimitRange says are passed, and how. Source: plugin/pkg/admission/limitranger. */
const bounds =
  /(?:(maximum|minimum) (cpu|memory|ephemeral-storage) usage|(cpu|memory|ephemeral-storage) max limit to request ratio) per \w+ is [^ ,]+?(?:, but|\. ) (?:no )?(provided ratio|request|limit) is (specified)?/gi;

/**
 * What the API server says of a request above the default limit that it has just set. Source: pkg/apis/core/validation.
 */
const aboveDefault = /Invalid value: "[^"]*": must be less than or equal to (cpu|memory|ephemeral-storage) limit/g;

/** Does a bound or a default of a LimitRange keep the pods from being created? */
export function isOfLimitRange(text: string): boolean {
  return /(?:(?:maximum|minimum) .* usage|max limit to request ratio) per/.test(text) || text.search(aboveDefault) >= 0;
}

/** What to change where a LimitRange refuses a container; the way out depends on the bound. */
export function limitsFix(text: string, wanted: readonly InjectedSidecar[]): string {
  const keys = (parameter: string) =>
    wanted.length === 0
      ? annotationKey('SIDECAR', parameter, '')
      : wanted.map(({ name, template }) => annotationKey(template, parameter, name.split('.')[1] ?? '')).join(' or ');
  const ways = [...text.matchAll(bounds)].map(([, which, resource = '', ofRatio = '', side, unset]) => {
    if (side === 'provided ratio') return `raise ${keys(ofRatio)} or lower ${keys(`${ofRatio}-limit`)}`;
    const key = keys(`${resource || ofRatio}${side === 'limit' ? '-limit' : ''}`);
    if (unset !== undefined) return `set ${key}`;
    if (which !== 'maximum') return `raise ${key}`;
    // A limit cannot be below the request.
    return side === 'limit' ? `lower ${key}, and ${keys(resource)} where it is higher` : `lower ${key}`;
  });
  const defaults = [...text.matchAll(aboveDefault)].map(
    ([, resource = '']) => `lower ${keys(resource)} or set ${keys(`${resource}-limit`)}`,
  );
  const change = [...new Set([...ways, ...defaults])].join(', and ') || 'correct what the message names';
  return `${change.charAt(0).toUpperCase()}${change.slice(1)}, or change the LimitRange.`;
}
