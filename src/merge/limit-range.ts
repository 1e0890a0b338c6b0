import { isObject } from '../core/json.ts';
import type { Pod } from '../core/objects.ts';
import { type Quantities, quantitiesIn } from './quantities.ts';

/** What the LimitRange of the namespace gives to containers that set nothing. */
export interface LimitRangeDefaults {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

/**
 * The admission plugin LimitRanger lists here what it has set. It runs before webhooks, and again after they change the
 * pod.
 */
export const limitRangerKey = 'kubernetes.io/limit-ranger';

/**
 * The defaults of the LimitRange, from the text of its annotation, as far as the pod shows them: some container has got
 * them. Source: plugin/pkg/admission/limitranger.
 */
export function limitRangeDefaults({ spec }: Pod, text: string): LimitRangeDefaults {
  const containers = new Map([...spec.containers, ...(spec.initContainers ?? [])].map((each) => [each.name, each]));
  const found = { requests: new Map<string, string>(), limits: new Map<string, string>() };
  for (const part of text.replace(/^LimitRanger plugin set: /, '').split('; ')) {
    const [, names = '', kind, container = ''] =
      /^(.+) (request|limit) for (?:init )?container (\S+)$/.exec(part) ?? [];
    const resources = containers.get(container)?.resources;
    const list = kind === 'limit' ? 'limits' : 'requests';
    const values = quantitiesIn(isObject(resources) ? resources[list] : undefined);
    for (const name of names.split(', ')) {
      const value = values.get(name);
      if (value !== undefined && !found[list].has(name)) found[list].set(name, value);
    }
  }
  return found;
}
