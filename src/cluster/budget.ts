import { createRecent } from './recent.ts';

export interface BudgetOptions {
  /** How many a key may use at once. */
  readonly burst: number;
  /** Milliseconds until a key may use another one. */
  readonly every: number;
  /** Keys that are remembered: others have all of their budget. */
  readonly most: number;
}

/** Takes one from the budget of a key: how many are left, or -1 when none was. */
export function createBudget({ burst, every, most }: BudgetOptions): (key: string) => number {
  const known = createRecent<{ readonly left: number; readonly at: number }>(most);
  return (key) => {
    const now = Date.now();
    const { left, at } = known.get(key) ?? { left: burst, at: now };
    const added = Math.floor((now - at) / every);
    const available = Math.min(burst, left + added);
    if (available === 0) return -1;
    known.set(key, { left: available - 1, at: available === burst ? now : at + added * every });
    return available - 1;
  };
}
