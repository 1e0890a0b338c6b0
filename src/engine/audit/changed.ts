import { filesPrefix } from '../../core/annotations.ts';
import { instanceId } from '../../core/instance.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import type { InjectedSidecar } from '../../core/outcome.ts';
import { doesSameWork } from '../../merge/same.ts';
import type { Added } from './added.ts';
import type { OtherImage } from './finding.ts';
import { isSameImage } from './image.ts';

/** The containers of a stored pod, by name. */
export type Stored = ReadonlyMap<string, JsonObject>;

/** The containers whose image is another one afterwards. */
export function otherImages(
  names: readonly string[],
  before: Stored,
  after: Stored,
  isSame: (before: string, after: string) => boolean = isSameImage,
): OtherImage[] {
  return names.flatMap((container) => {
    const [from, to] = [before.get(container)?.image, after.get(container)?.image];
    if (typeof from !== 'string' || typeof to !== 'string' || isSame(from, to)) return [];
    return [{ container, from, to }];
  });
}

const compared = ['command', 'args', 'env', 'volumeMounts'] as const;

/**
 * What is not as the injector wrote it: the fields that decide about the work of a container, and the files of the
 * sidecar. Other webhooks set resources, probes and more for containers of every kind, so these are not compared.
 */
export function changedFields(
  { name, containers }: Pick<InjectedSidecar, 'name' | 'containers'>,
  stored: Stored,
  annotations: JsonObject,
  today: Added,
): readonly string[] {
  const inContainers = containers.flatMap((name) => {
    const [has, now] = [stored.get(name), today.containers.get(name)];
    if (!has || !now) return [];
    return compared
      .filter((field) => now[field] !== undefined && !doesSameWork({ [field]: has[field] }, { [field]: now[field] }))
      .map((field) => `${name}.${field}`);
  });
  const ours = `${filesPrefix}${idOf(name)}.`;
  const files = [...today.files].filter(([key, text]) => key.startsWith(ours) && annotations[key] !== text);
  return [...inContainers, ...files.map(([key]) => `metadata.annotations['${key}']`)];
}

/** The id of an instance, from its name: `git.docs` has `sidecar-git-docs`. */
function idOf(name: string): string {
  const [sidecar = '', instance] = name.split('.');
  return instanceId(sidecar, instance);
}

/** All containers of a pod, by name. */
export function containersByName({ spec }: JsonObject): Stored {
  const { containers, initContainers } = isObject(spec) ? spec : {};
  const all = [containers, initContainers].flatMap((list) => (Array.isArray(list) ? list.filter(isObject) : []));
  return new Map(all.map((container) => [String(container.name), container]));
}
