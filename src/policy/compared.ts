import { type Json, type JsonObject, objectsOf } from '../core/json.ts';
import type { Fragment } from '../template/fragment.ts';

/**
 * The lists of a container that are not fixed as a whole. What the container has in them must be there, and each other
 * item must be one of these: the beginning of an argument, the name of a variable, or `volume path` of a mount. The
 * volume is `*` where any will do, and `?` where the mount can be missing.
 */
export type OpenLists = { readonly [field in 'args' | 'env' | 'volumeMounts']?: readonly string[] };

/** Some lists of a container: what other items they may have, and the items that are fixed. */
interface Part {
  readonly open: OpenLists;
  readonly lists: JsonObject;
}

/**
 * The fields that are compared; `user` stands for both ids in the security context. Others can change a container in
 * the API server, as defaults of resources do.
 */
const comparable: ReadonlySet<string> = new Set([
  ...['image', 'command', 'args', 'env', 'envFrom', 'workingDir', 'volumeMounts', 'lifecycle', 'restartPolicy'],
  ...['startupProbe', 'livenessProbe', 'readinessProbe', 'securityContext'],
]);

/** The fields of a container that are fixed, and those lists of which only some items are. */
export function partOf(
  container: JsonObject,
  source: JsonObject,
  isOpen: (part: Json) => boolean,
  taken: readonly string[],
): Part & { readonly exact: readonly string[] } {
  const closed = [...comparable].filter((field) => !isOpen(source[field] ?? null));
  const mounts = objectsOf(container.volumeMounts);
  const usesTaken = mounts.some(({ name }) => taken.includes(String(name)));
  const exact = closed.filter((field) => field !== 'volumeMounts' || !usesTaken);
  const open: { [field in 'env' | 'volumeMounts']?: string[] } = {};
  const lists: { [field: string]: Json } = {};
  const named = (field: 'env' | 'volumeMounts', key: 'name' | 'mountPath') => {
    const items = exact.includes(field) || !Array.isArray(source[field]) ? [] : objectsOf(source[field]);
    return items.every((item) => typeof item[key] === 'string' && !isOpen(item[key])) ? items : [];
  };
  const id = String(container.name);
  const env = named('env', 'name');
  if (env.length > 0) {
    const fixed = new Set(env.filter((item) => !isOpen(item)).map(({ name }) => name));
    open.env = env.map(({ name }) => String(name));
    lists.env = objectsOf(container.env).filter(({ name }) => fixed.has(String(name)));
  }
  const sources = named('volumeMounts', 'mountPath');
  if (sources.length > 0) {
    const ofItem = (item: JsonObject) => {
      const name = nameIn(item, instanceOf(id, source));
      return `${taken.includes(name) ? (isOpen(item.$if ?? null) ? '?' : '*') : name} ${String(item.mountPath)}`;
    };
    const fixed = new Set(sources.filter((item) => !isOpen(item)).map(ofItem));
    open.volumeMounts = sources.map(ofItem);
    lists.volumeMounts = mounts.filter((mount) => fixed.has(`${String(mount.name)} ${String(mount.mountPath)}`));
  }
  return { exact, open, lists };
}

/** The id of the instance in the name of a container, of which the template has the rest: `${ instance.id }-init`. */
function instanceOf(name: string, source: JsonObject): string {
  const rest = nameIn(source, '');
  return rest !== '' && name.endsWith(rest) ? name.slice(0, -rest.length) : name;
}

/** The arguments that each variation has, and how the others begin: up to the equals sign, the name of a flag. */
export function openArguments(container: JsonObject, fragments: readonly Fragment[] | undefined): Part {
  if (!fragments) return { open: { args: [''] }, lists: { args: [] } };
  const all = [container, ...fragments.flatMap((fragment) => [...fragment.initContainers, ...fragment.containers])]
    .filter(({ name }) => name === container.name)
    .map(({ args }) => (Array.isArray(args) ? args.map(String) : []));
  const [own = []] = all;
  const kept = own.filter((argument) => all.every((each) => each.includes(argument)));
  const others = all.flat().filter((argument) => !kept.includes(argument));
  const beginnings = new Set(others.map((argument) => argument.replace(/(?<==).*$/s, '')));
  return { open: { args: [...beginnings] }, lists: { args: kept } };
}

/** A name of the template as it is in a pod, where the instance has this id. */
export function nameIn({ name }: JsonObject, id: string): string {
  return String(name).replace(/\$\{\s*instance\.id\s*\}/g, id);
}
