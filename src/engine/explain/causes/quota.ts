import { annotationKey } from '../../../core/annotations.ts';
import type { InjectedSidecar } from '../../../core/outcome.ts';

/** The containers that lack what a ResourceQuota counts. Source: pkg/quota/v1/evaluator/core/pods.go. */
const lacking = /(?:(limits|requests)\.)?(cpu|memory|ephemeral-storage) for: ([^;\s]+)/g;

/** What to set where a ResourceQuota counts what containers lack: on a sidecar by its annotation. */
export function lackingFix(text: string, wanted: readonly InjectedSidecar[]): string {
  const owners = new Map(wanted.flatMap((sidecar) => sidecar.containers.map((container) => [container, sidecar])));
  const annotations = new Set<string>();
  const fields: string[] = [];
  for (const [, kind = 'requests', resource = '', containers = ''] of text.matchAll(lacking)) {
    const apps = containers.split(',').filter((container) => {
      const owner = owners.get(container);
      if (!owner) return true;
      const parameter = kind === 'limits' ? `${resource}-limit` : resource;
      annotations.add(annotationKey(owner.template, parameter, owner.name.split('.')[1] ?? ''));
      return false;
    });
    if (apps.length > 0) fields.push(`resources.${kind}.${resource} of ${apps.join(', ')}`);
  }
  const all = [...annotations, ...fields];
  if (all.length === 0) return 'Set what the message names.';
  const everywhere = annotations.size > 0 ? ' An annotation of the namespace counts for all of its pods.' : '';
  return `Set ${all.join(', and ')}.${everywhere}`;
}
