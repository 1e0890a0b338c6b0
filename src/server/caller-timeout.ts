const units = { ms: 1, s: 1000, m: 60_000 } as const;
const pattern = /[?&]timeout=(\d+(?:\.\d+)?)(ms|s|m)(?:&|$)/;

/**
 * How long the caller of a URL waits for the answer, in milliseconds: the API server adds `?timeout=10s` to the path of
 * a webhook. Endless when the URL does not say it.
 */
export function callerTimeout(url: string): number {
  const match = pattern.exec(url);
  if (!match) return Number.POSITIVE_INFINITY;
  // The pattern lets no other unit pass.
  return Number(match[1]) * units[match[2] as keyof typeof units];
}
