import { annotationKey } from '../../../core/annotations.ts';
import type { InjectedSidecar } from '../../../core/outcome.ts';

/** The bounds that a LimitRange says are passed, and how. Source: plugin/pkg/admission/limitranger. */
const bounds =
  /(?:(maximum|minimum) (cpu|memory|ephemeral-storage) usage|(cpu|memory|ephemeral-storage) max limit to request ratio) per \w+ is [^ ,]+?(?:, but|\. ) (?:no )?(provided ratio|request|limit) is (specified)?/gi;

/** What to change where a LimitRange refuses a container; the way out depends on the bound. */
export function limitsFix(text: string, wanted: readonly InjectedSidecar[]): string {
  const keys = (parameter: string) =>
    wanted.length === 0
      ? annotationKey('SIDECAR', parameter, '')
      : wanted.map(({ name, template }) => annotationKey(template, parameter, name.split('.')[1] ?? '')).join(' or ');
  const ways = [...text.matchAll(bounds)].map(([, which, resource = '', ofRatio = '', side, unset]) => {
    if (side === 'provided ratio') return `raise ${keys(ofRatio)} or lower ${keys(`${ofRatio}-limit`)}`;
    const key = keys(`${resource || ofRatio}${side === 'limit' ? '-limit' : ''}`);
    return `${unset !== undefined ? 'set' : which === 'maximum' ? 'lower' : 'raise'} ${key}`;
  });
  const change = [...new Set(ways)].join(', and ') || 'correct what the message names';
  return `${change.charAt(0).toUpperCase()}${change.slice(1)}, or change the LimitRange.`;
}
