/** Why pods cannot be read, and what to write instead. `reason` is what kubectl says. */
export function failureText(reason: string, namespace: string | undefined): string {
  if (namespace === undefined && /Forbidden/i.test(reason))
    return `${reason} Name a namespace that you may read with -n.`;
  // The API server keeps the state of a list for five minutes.
  if (/too old|Expired/.test(reason)) return `${reason} Run it again, with -n or -l for fewer pods at a time.`;
  return reason;
}
