import type { Meaning } from './catalog.ts';

/** What each word after `sidecar.io/` means. */
export interface Words {
  get(word: string): Meaning | undefined;
  has(word: string): boolean;
  keys(): Iterable<string>;
}

/** The words of a namespace in front of those of the cluster, which all namespaces share. */
export function wordsAbove(base: Words, own: ReadonlyMap<string, Meaning>): Words {
  return {
    get: (word) => own.get(word) ?? base.get(word),
    has: (word) => own.has(word) || base.has(word),
    *keys() {
      yield* base.keys();
      yield* own.keys();
    },
  };
}
