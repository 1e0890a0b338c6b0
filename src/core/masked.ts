/** User name and password in a URL, and all that could be one. */
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s"']*@/gi;
/** Annotations whose values can be secrets. One that ends in `secret` holds the name of a Secret. */
const secretKey = /\['[^']*(password|passwd|passphrase|token|credential|api-?key|private-?key|auth)[^']*'\]/i;
/** A value as messages quote it. */
const quotedValue = /"(?:[^"\\]|\\.)*"/g;

/**
 * A message for those who may not read the pod: without the passwords in URLs, and without values that can be secrets.
 */
export function masked(message: string): string {
  const text = message.replace(userInfo, '$1…@');
  return secretKey.test(text) ? text.replace(quotedValue, '"…"') : text;
}
