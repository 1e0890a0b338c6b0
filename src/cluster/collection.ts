import { keyOf, type Resource } from './resource.ts';

/** The objects of one kind as they are known: what the watch brought last, and newer ones that were looked up. */
export interface Collection<T extends Resource> {
  /** False until the first list. */
  readonly listed: () => boolean;
  readonly all: () => readonly T[];
  readonly has: (name: string) => boolean;
  /** Takes what the watch knows, which replaces everything but newer objects that were looked up. */
  readonly watched: (objects: readonly T[]) => void;
  /** Takes an object that was looked up. False when it is known already. */
  readonly lookedUp: (object: T) => boolean;
}

/** Milliseconds after which an object that the watch does not have was deleted. */
const gone = 60_000;

export function createCollection<T extends Resource>(): Collection<T> {
  let known: Map<string, T> | undefined;
  const added = new Map<string, { readonly object: T; readonly at: number }>();
  return {
    listed: () => known !== undefined,
    all: () => [...(known?.values() ?? [])],
    has: (name) => known?.has(name) ?? false,
    watched(objects) {
      known = new Map(objects.map((object) => [keyOf(object), object]));
      for (const [key, { object, at }] of added) {
        if (isNewer(object, known.get(key)) && Date.now() - at < gone) known.set(key, object);
        else added.delete(key);
      }
    },
    lookedUp(object) {
      const key = keyOf(object);
      if (!known || !isNewer(object, known.get(key))) return false;
      known.set(key, object);
      added.set(key, { object, at: Date.now() });
      return true;
    },
  };
}

/** Versions of one kind of object are numbers that grow. Source: KEP-5504, comparable resource versions. */
function isNewer(a: Resource, b: Resource | undefined): boolean {
  return b === undefined || Number(a.metadata?.resourceVersion) > Number(b.metadata?.resourceVersion);
}
