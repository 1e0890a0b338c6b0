/** How many pods of a policy there are, and how they stand. `matching` are all that its selectors select. */
export interface PodCounts {
  readonly matching: number;
  readonly compliant: number;
  readonly violating: number;
  readonly exempt: number;
}
