import type { Catalog } from '../catalog/catalog.ts';
import { prefix, statusKey } from '../core/annotations.ts';
import type { Encoded, Operation } from '../core/outcome.ts';
import { type Dependencies, viewOf } from '../select/view.ts';
import type { State } from '../state/state.ts';
import { makePlan, type Plan, type PlanRequest } from './plan.ts';

/** A plan, and the patch that it gave last, also encoded. */
export interface Entry {
  readonly plan: Plan;
  last?: { readonly patch: readonly Operation[]; readonly encoded: Encoded };
}

/**
 * The cache of one catalog. The pods of a workload have the same annotations, so they share a plan and nearly always a
 * patch.
 */
interface Cache {
  /**
   * By the annotations: the plan or, where templates read the pod, what they read; the view of that is part of another
   * key.
   */
  readonly entries: Map<string, Entry | Dependencies>;
  /**
   * Keys that came once. Most annotations of a cluster that runs Jobs never come again, so the first pod is not worth
   * it.
   */
  readonly seen: Set<string>;
}

const caches = new WeakMap<State | Catalog, Cache>();
const maxEntries = 512;
/** Characters. */
const [maxKey, maxKept] = [4096, 72 * 1024];

/** The plan for a request, from the second one on the same object each time. */
export function planFor(request: PlanRequest): Entry {
  const { state, catalog, subject } = request;
  const owner = catalog === state.catalog ? state : catalog;
  const cache = caches.get(owner) ?? { entries: new Map(), seen: new Set() };
  caches.set(owner, cache);
  const key = keyOf(request);
  const found = cache.entries.get(key);
  if (found && 'plan' in found) return found;
  const known = found && cache.entries.get(keyWith(key, viewOf(found, subject).text));
  if (known && 'plan' in known) return known;
  const plan = makePlan(request);
  const entry: Entry = { plan };
  const { dependencies } = plan.selection;
  if (!dependencies) keep(cache, key, entry);
  else {
    keep(cache, key, dependencies);
    keep(cache, keyWith(key, viewOf(dependencies, subject).text), entry);
  }
  return entry;
}

/** Bytes of JSON. In Base64 they are a third more, so with everything else an answer has less than 1 MiB. */
export const maxPatch = 720 * 1024;

/**
 * The patch for an AdmissionReview, or undefined where its JSON is larger than `maxPatch`: the rest is not even written
 * then. All pods that get the same operations from the same plan get the same object.
 */
export function encodedPatch(entry: Entry, patch: readonly Operation[]): Encoded | undefined {
  if (entry.last && isSamePatch(entry.last.patch, patch)) return entry.last.encoded;
  const parts: string[] = [];
  let length = 0;
  for (const operation of patch) {
    const part = operationJson(operation);
    length += part.length + 1; // in bytes, it can be up to three times as long
    if (length >= maxPatch) return undefined;
    parts.push(part);
  }
  const json = `[${parts.join(',')}]`;
  if (json.length * 3 > maxPatch && Buffer.byteLength(json) > maxPatch) return undefined;
  const encoded = new EncodedLater(json);
  if (json.length <= maxKept) entry.last = { patch, encoded };
  return encoded;
}

/** Encodes the JSON of a patch once, when somebody asks for it: what is written into manifests is never encoded. */
class EncodedLater implements Encoded {
  #json: string;
  #base64: string | undefined;

  constructor(json: string) {
    this.#json = json;
  }

  get base64(): string {
    if (this.#base64 === undefined) {
      this.#base64 = Buffer.from(this.#json).toString('base64');
      this.#json = '';
    }
    return this.#base64;
  }
}

/** The JSON of long texts: files of templates, which are most of a patch, and which pods cannot change. */
const texts = new Map<string, string>();
const longText = 1024;
const maxTexts = 64;

function operationJson({ op, path, value }: Operation): string {
  if (typeof value !== 'string' || value.length < longText) return JSON.stringify({ op, path, value });
  let json = texts.get(value);
  if (json === undefined) {
    json = JSON.stringify(value);
    if (texts.size >= maxTexts) texts.clear();
    texts.set(value, json);
  }
  return `{"op":"${op}","path":${JSON.stringify(path)},"value":${json}}`;
}

function keep({ entries, seen }: Cache, key: string, value: Entry | Dependencies): void {
  if (key.length > maxKey) return;
  if (seen.size >= maxEntries) seen.clear();
  if (!seen.has(key)) return void seen.add(key);
  if (entries.size >= maxEntries) entries.clear();
  entries.set(key, value);
}

/** All annotations that selection reads, and the policies. The lengths keep two lists from having the same text. */
function keyOf({ layers, policies }: PlanRequest): string {
  let text = '';
  for (const { name, revision } of policies) text += `!${name} ${revision}`;
  for (const { kind, policy = '', annotations, leftOut } of layers) {
    text += `|${kind} ${policy.length}:${policy}`;
    for (const key in annotations) {
      if (!key.startsWith(prefix) || key === statusKey) continue;
      const value = annotations[key] ?? '';
      if (leftOut?.has(key)) text += '-';
      text += `${key.length}:${value.length}:${key}${value}`;
    }
  }
  return text;
}

function keyWith(key: string, view: string): string {
  return `${key}#${view}`;
}

/** Lists are made for each pod; their items, and all other values, are the same objects as long as the plan is. */
function isSamePatch(a: readonly Operation[], b: readonly Operation[]): boolean {
  return (
    a.length === b.length &&
    a.every((one, i) => {
      const other = b[i];
      return one.op === other?.op && one.path === other.path && isSameValue(one.value, other.value);
    })
  );
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i]);
}
