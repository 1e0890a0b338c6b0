import { statusKey } from './annotations.ts';
import { objectAt } from './fields.ts';
import { isEmpty, isObject, type Json, type JsonObject, withoutEmpty } from './json.ts';
import { isOurs } from './pod.ts';

/** Names of containers, by what was added to them; a container is there once for each addition. */
type Names = { readonly [added: string]: readonly string[] };

/**
 * What an injection added besides containers and its own annotations, so that it can be taken out again. Empty parts
 * are left out: the annotations of a pod have a limit.
 */
export interface Added {
  readonly volumes?: readonly string[];
  /** By their paths. */
  readonly mounts?: Names;
  readonly env?: Names;
  readonly annotations?: readonly string[];
  readonly fields?: readonly string[];
  /**
   * What was null, an empty list or an empty object before: `volumes`, `annotations`, `web/env`. Anything else was
   * absent.
   */
  readonly empty?: { readonly [path: string]: Json };
}

/** A sidecar as a status names it. */
export interface RecordedSidecar {
  readonly name: string;
  readonly hash: string;
  readonly native: boolean;
  readonly containers: readonly string[];
}

/**
 * What `sidecar.io/status` says of an earlier injection, and the version of the injector that wrote it. Anyone can
 * write the annotation, so it proves nothing.
 */
export interface Status {
  readonly version: string;
  readonly sidecars: readonly RecordedSidecar[];
  readonly added: Added;
}

/** Characters: the limit of Kubernetes for all annotations of an object. */
const longest = 256 * 1024;

/** Reads the annotation `sidecar.io/status`; undefined for anything that the injector cannot have written. */
export function readStatus(text: string | undefined): Status | undefined {
  const status = text === undefined || text.length > longest ? undefined : parsed(text);
  if (!isObject(status) || !Array.isArray(status.sidecars)) return undefined;
  const added = isObject(status.added) ? status.added : {};
  const empty = isObject(added.empty) ? Object.entries(added.empty) : [];
  return {
    version: textOf(status.version),
    sidecars: status.sidecars.flatMap(sidecarOf),
    added: withoutEmpty({
      volumes: texts(added.volumes),
      mounts: names(added.mounts),
      env: names(added.env),
      annotations: texts(added.annotations).filter((key) => !isOurs(key)),
      fields: texts(added.fields),
      empty: fromEntries(
        empty.flatMap(([path, value]) => (value !== undefined && isEmpty(value) ? [[path, value]] : [])),
      ),
    }),
  };
}

/** What the status of a pod says of its sidecars; undefined without one that the injector can have written. */
export function recordedIn(pod: JsonObject): readonly RecordedSidecar[] | undefined {
  const text = objectAt(pod, 'metadata.annotations')[statusKey];
  return typeof text === 'string' ? readStatus(text)?.sidecars : undefined;
}

/** Two records as one. */
export function bothAdded(a: Added, b: Added): Added {
  const union = (x: readonly string[] = [], y: readonly string[] = []) => [...new Set([...x, ...y])];
  const all = (x: readonly string[] = [], y: readonly string[] = []) => [...x, ...y];
  const merged = (lists: typeof union, x: Names = {}, y: Names = {}) =>
    fromEntries(union(Object.keys(x), Object.keys(y)).map((name) => [name, lists(own(x, name), own(y, name))]));
  return withoutEmpty({
    volumes: union(a.volumes, b.volumes),
    mounts: merged(union, a.mounts, b.mounts),
    env: merged(all, a.env, b.env),
    annotations: union(a.annotations, b.annotations),
    fields: union(a.fields, b.fields),
    empty: { ...b.empty, ...a.empty },
  });
}

/** The own value of a key, also where it is called `constructor`. */
export function own<T>(object: { readonly [key: string]: T } | undefined, key: string): T | undefined {
  return object && Object.hasOwn(object, key) ? object[key] : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sidecarOf(each: Json): RecordedSidecar[] {
  if (!isObject(each) || typeof each.name !== 'string') return [];
  const { name, hash, native, containers } = each;
  return [{ name, hash: textOf(hash), native: native === true, containers: texts(containers) }];
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

function names(value: Json | undefined): Names {
  return isObject(value) ? fromEntries(Object.entries(value).map(([key, list]) => [key, texts(list)])) : {};
}

const fromEntries = <T>(entries: readonly (readonly [string, T])[]): { readonly [key: string]: T } =>
  Object.fromEntries(entries);
