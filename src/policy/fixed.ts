import { isObject, type Json, type JsonObject, objectsOf } from '../core/json.ts';
import type { Surroundings } from '../select/parameters.ts';
import type { Fragment } from '../template/fragment.ts';
import { hardened, onceOf } from '../template/hardening.ts';
import type { Template } from '../template/template.ts';
import { tokenVolume, withoutToken } from '../template/token.ts';
import { isClosed, type RequiredSidecar } from './policy.ts';
import { renderRequired, variations } from './render.ts';

/** A container of a required sidecar, and what of it no pod can have otherwise. */
export interface FixedContainer {
  readonly sidecar: string;
  readonly container: JsonObject;
  /** Whether it is an init container: one that runs once, or a native sidecar. */
  readonly init: boolean;
  /** The fields that must be equal. */
  readonly exact: readonly string[];
  /**
   * The lists that are not fixed as a whole. What `container` has in them must be there, and each other item must be one of
   * these: the beginning of an argument, the name of a variable, or `volume path` of a mount. The volume is `*` where any will do, and `?` where the mount can be missing.
   */
  readonly open: { readonly [field in 'args' | 'env' | 'volumeMounts']?: readonly string[] };
}

/** The parts of a pod that follow from a policy alone. */
export interface FixedParts {
  readonly containers: readonly FixedContainer[];
  readonly volumes: readonly JsonObject[];
  /** Files of the sidecars. */
  readonly annotations: { readonly [key: string]: string };
  readonly sharesProcesses: boolean;
}

const known = new WeakMap<Template, Map<string, FixedParts | undefined>>();
const mostKnown = 64;

/**
 * What of a required sidecar is fixed: all that does not depend on a parameter that others may set, or on the pod.
 * Undefined where the template cannot be rendered from the policy alone. Policies that require the same share the result.
 */
export function fixedParts(
  template: Template,
  required: RequiredSidecar,
  surroundings: Surroundings,
): FixedParts | undefined {
  const { settings, locked, locksAll } = required;
  const key = JSON.stringify([settings, [...locked], locksAll, surroundings.cluster, surroundings.injector]);
  const found = known.get(template) ?? new Map<string, FixedParts | undefined>();
  known.set(template, found);
  if (!found.has(key)) {
    if (found.size >= mostKnown) found.clear();
    found.set(key, partsOf(template, required, surroundings));
  }
  return found.get(key);
}

function partsOf(template: Template, required: RequiredSidecar, surroundings: Surroundings): FixedParts | undefined {
  let fragment: Fragment;
  try {
    fragment = renderRequired(template, required, surroundings);
  } catch {
    return undefined;
  }
  const open = openText(template, required);
  const { spec } = template.document;
  const id = `sidecar-${template.name}`;
  const sources = sourcesOf(template, id);
  const others = spec.appVolumes.length > 0 ? fragment.mounts.map(({ name }) => name) : [];
  const containers = [
    ...fragment.initContainers.map((container) => ({ container, init: true })),
    ...fragment.containers.map((container) => ({ container, init: false })),
  ].flatMap(({ container, init }): FixedContainer[] => {
    const source = sources.get(String(container.name));
    if (!source || open(source.$if ?? null)) return [];
    const taken = others.map(String);
    const part = partOf(container, source, open, taken);
    const args = open(source.args ?? null)
      ? openArguments(container, variations(template, required, surroundings))
      : { open: {}, lists: {} };
    const isOpenUser = !isClosed(required, 'user') || !isClosed(required, 'group') || surroundings.cluster.assignsUsers;
    return [
      {
        ...{ sidecar: template.name, init },
        container: { ...container, ...part.lists, ...args.lists },
        exact: isOpenUser ? part.exact : [...part.exact, 'user'],
        open: { ...part.open, ...args.open },
      },
    ];
  });
  const volumes = fragment.volumes.filter(({ name }) => {
    const source = [...spec.volumes, tokenVolume].find((volume) => nameIn(volume, id) === name);
    const hasSize = 'emptyDir' in (source ?? {}) && !isClosed(required, 'size');
    return !others.includes(name) && !hasSize && !open(source ?? null);
  });
  const files = spec.files.filter(({ content }) => content === undefined || !open(content));
  const annotations = Object.entries(fragment.annotations).filter(([key]) =>
    files.some(({ name }) => key.endsWith(`/${id}.${name}`)),
  );
  return {
    ...{ containers, volumes, annotations: Object.fromEntries(annotations) },
    sharesProcesses: fragment.pod.shareProcessNamespace === true && !open(spec.pod),
  };
}

/** The fields that are compared; `user` stands for both ids in the security context. Others can change a container in the API server, as defaults of resources do. */
const comparable: ReadonlySet<string> = new Set([
  ...['image', 'command', 'args', 'env', 'envFrom', 'workingDir', 'volumeMounts', 'lifecycle', 'restartPolicy'],
  ...['startupProbe', 'livenessProbe', 'readinessProbe', 'securityContext'],
]);

/** Whether a part of the template depends on a parameter that is open, or on the pod. */
function openText(template: Template, required: RequiredSidecar): (part: Json) => boolean {
  const fields = [...template.parameters.values()]
    .filter(({ name }) => !isClosed(required, name))
    .map(({ field }) => field);
  const names = new RegExp(
    `\\bparams(?!\\.)|\\bparams\\.(?:${fields.join('|') || '$^'})\\b|\\b(?:pod|namespaceObject)\\.`,
  );
  return (part) => names.test(JSON.stringify(part));
}

/** The containers of the template by their names in a pod. */
function sourcesOf({ document: { spec } }: Template, id: string): ReadonlyMap<string, JsonObject> {
  const complete = (container: JsonObject) => hardened(spec.serviceAccountToken ? container : withoutToken(container));
  const sources = new Map<string, JsonObject>();
  for (const { $once, ...container } of [...spec.containers, ...spec.initContainers]) {
    const all = [complete(container), ...(isObject($once) ? [complete(onceOf(container, $once))] : [])];
    for (const each of all) sources.set(nameIn(each, id), each);
  }
  return sources;
}

function nameIn({ name }: JsonObject, id: string): string {
  return String(name).replace(/\$\{\s*instance\.id\s*\}/g, id);
}

type Part = Pick<FixedContainer, 'open'> & { readonly lists: JsonObject };

/** The fields of a container that are fixed, and those lists of which only some items are. */
function partOf(
  container: JsonObject,
  source: JsonObject,
  isOpen: (part: Json) => boolean,
  taken: readonly string[],
): Part & Pick<FixedContainer, 'exact'> {
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
function openArguments(container: JsonObject, fragments: readonly Fragment[] | undefined): Part {
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
