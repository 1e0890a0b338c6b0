/**
 * Was a change, in nanoseconds since 1970, so many milliseconds ago? By default, so many that the next one has another
 * time: the kernel counts in ticks of up to 10 ms.
 */
export function isSettled(change: bigint, milliseconds = 100): boolean {
  return Date.now() - Number(change / 1_000_000n) > milliseconds;
}
