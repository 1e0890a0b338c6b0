// The patterns take time in proportion to the message, whatever it quotes: none reads a part of the text twice.

/** A URL behind its scheme. */
const behindScheme = /:\/\/[^\s"']*/g;
/** Keys of annotations in a message. */
const annotationKeys = /\['[^']*'\]/g;
/** Annotations whose values can be secrets. One that ends in `secret` holds the name of a Secret. */
const secretKey = /password|passwd|passphrase|token|credential|api-?key|private-?key|auth/i;
/** A value as messages quote it. One without an end is the rest of the message. */
const quotedValue = /"(?:[^"\\]|\\.)*(?:"|\\?$)/gs;

/** The credentials of an HTTP header. */
const credentials = /\b(Basic|Bearer) +[^\s"']+/gi;
/** Tokens that begin as those of GitHub, GitLab, Slack and Vault do. */
const knownTokens = /\b(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|hv[bs]\.)[\w.-]{8,}/g;

/**
 * A message for those who may not read the pod: without the passwords in URLs, and without values that can be secrets.
 */
export function masked(message: string): string {
  const text = message
    .replace(behindScheme, withoutUser)
    .replace(quotedValue, withoutPassword)
    .replace(credentials, '$1 …')
    .replace(knownTokens, '$1…');
  const keys = text.match(annotationKeys) ?? [];
  return keys.some((key) => secretKey.test(key)) ? text.replace(quotedValue, '"…"') : text;
}

/** Without user name and password, and all that could be one: also the start of one, where the URL was cut. */
function withoutUser(url: string): string {
  const at = url.lastIndexOf('@');
  if (at >= 0) return `://…${url.slice(at)}`;
  return url.endsWith('…') ? '://…' : url;
}

/**
 * Without what is before the `@` of `user:password@host`, also where a space is in it or the scheme is missing. Where
 * the value was cut before an `@`, all of it could be a password.
 */
function withoutPassword(value: string): string {
  const at = value.lastIndexOf('@');
  const scheme = value.indexOf('://');
  const start = scheme < 0 ? 1 : scheme + 3;
  if (at < 0 && scheme < 0 && /…"?$/.test(value) && value.includes(':')) return '"…"';
  return value.slice(start, Math.max(at, start)).includes(':') ? `${value.slice(0, start)}…${value.slice(at)}` : value;
}
