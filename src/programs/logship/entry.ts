/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** One line of a file, or several that belong together, on its way to the receiver. */
export interface Entry {
  /** The file, as the app sees it. */
  readonly file: string;
  readonly text: string;
  /**
   * Nanoseconds since 1970, when it was read, or what it says itself. No two entries with the same text have the same,
   * unless the clock was set back between them.
   */
  readonly time: bigint;
  /** The same for the same place in the same file, also after a restart. */
  readonly id: string;
  /** What it holds, if it is a JSON object that is taken apart. */
  readonly fields?: Fields | undefined;
}

/** What the receiver made of a batch. */
export type Verdict =
  | { readonly kind: 'taken' }
  /** All of it has to be sent again; `after` so many milliseconds where the receiver says so. */
  | { readonly kind: 'later'; readonly why: string; readonly after?: number | undefined }
  /** Something in it will never be taken. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Some of it has to be sent again, some will never be taken; for both, why. */
  | {
      readonly kind: 'mixed';
      readonly later: readonly Entry[];
      readonly why: string;
      readonly refused: readonly Entry[];
      readonly refusal: string;
    };

/** A way out. */
export interface Output {
  /** Never fails: what goes wrong is a verdict. */
  send(entries: readonly Entry[]): Promise<Verdict>;
  close(): void;
}

/** What is said of every entry: facts of the pod and the user's own labels. */
export type Labels = ReadonlyMap<string, string>;
