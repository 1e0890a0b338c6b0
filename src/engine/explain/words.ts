/** What is said of every cause: what is so, and what to do about it. One or two sentences each. */
export interface Words {
  readonly cause: string;
  readonly fix: string;
}
