/**
 * Asks about what the state may not have yet. Each promise resolves when the state is as new as the call: to
 * `undefined`, or to the reason why that is not possible. Without a promise, what the state has is enough.
 */
export interface Lookup {
  /** The namespace of a pod: `current` as it is now, `known` as it was at any time. */
  readonly namespace: (name: string, needed: 'known' | 'current') => Promise<string | undefined> | undefined;
  /** The templates that pods of a namespace can use; `words` are those that the state does not have. */
  readonly templates: (namespace: string, words: string) => Promise<string | undefined> | undefined;
}
