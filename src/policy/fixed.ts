import { instanceId } from '../core/instance.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { portsOf } from '../core/pod.ts';
import type { Surroundings } from '../select/parameters.ts';
import type { Fragment } from '../template/fragment.ts';
import { hardened, onceOf } from '../template/hardening.ts';
import type { Template } from '../template/template.ts';
import { tokenVolume, withoutToken } from '../template/token.ts';
import { nameIn, type OpenLists, openArguments, partOf } from './compared.ts';
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
  readonly open: OpenLists;
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
 * Undefined where the template cannot be rendered from the policy alone. Policies that require the same share the
 * result.
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
  const id = instanceId(template.name);
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

/**
 * The ports that a required sidecar has in each pod, as `8080/TCP`: those that depend on no parameter that others may
 * set, nor on the pod.
 */
export function fixedPorts(template: Template, required: RequiredSidecar, surroundings: Surroundings): string[] {
  let fragment: Fragment;
  try {
    fragment = renderRequired(template, required, surroundings);
  } catch {
    return [];
  }
  const open = openText(template, required);
  const sources = sourcesOf(template, instanceId(template.name));
  const ports = [...fragment.initContainers, ...fragment.containers].flatMap((container) => {
    const source = sources.get(String(container.name));
    if (!source || open(source.$if ?? null)) return [];
    return portsOf(Object.fromEntries(Object.entries(container).filter(([field]) => !open(source[field] ?? null))));
  });
  return [...new Set(ports)];
}

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
