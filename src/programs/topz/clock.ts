/** Time as the program sees it, so that tests can turn it. */
export type Clock = {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Calls once after so many milliseconds; the result cancels it. */
  after(milliseconds: number, call: () => void): () => void;
};
