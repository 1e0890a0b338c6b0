/** A part of a text, from `start` to before `end`. */
export type Span = readonly [start: number, end: number];

/** Where the part of an address ends that can hold user and password. */
const addressEnd = /[\s'"?#<>`]/;

/**
 * The passwords of addresses: `scheme://user:password@host`, also with slashes in the password, and long users without
 * one (`https://<token>@github.com`). Goes through the text once, from one `://` to the next.
 */
export function passwordsInUrls(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf('://'); at >= 0; ) {
    const start = at + 3;
    const next = text.indexOf('://', start);
    const upToNext = text.slice(start, next < 0 ? text.length : next);
    const end = upToNext.search(addressEnd);
    const span = userSecret(
      end < 0 ? upToNext : upToNext.slice(0, end),
      /https?$/i.test(text.slice(Math.max(0, at - 5), at)),
    );
    if (span) spans.push([start + span[0], start + span[1]]);
    at = next;
  }
  return spans;
}

/** The secret before the `@` of what follows `://`. @param isHttp whether a user alone may be a token */
function userSecret(address: string, isHttp: boolean): Span | undefined {
  const slash = address.indexOf('/');
  const beforeSlash = slash < 0 ? address : address.slice(0, slash);
  const near = beforeSlash.lastIndexOf('@');
  const colon = address.search(/[:/@[]/);
  if (colon < 0 || address[colon] !== ':') {
    return isHttp && isToken(beforeSlash.slice(0, Math.max(0, near))) ? [0, near] : undefined;
  }
  // Git hosts take a token as the user, with a word in place of the password.
  if (isHttp && /^:x-oauth-basic@/.test(address.slice(colon, colon + 15))) return [0, near];
  // A port, or a variable in its place: then an `@` behind the slash belongs to the path.
  const isPort = /^(?:\d{1,5}(?=\/|$)|[${])/.test(address.slice(colon + 1, colon + 8));
  const at = near > colon ? near : isPort ? -1 : address.lastIndexOf('@');
  return at > colon ? [colon + 1, at] : undefined;
}

/** A user's name is shorter, or less mixed. */
function isToken(user: string): boolean {
  if (user.length < 10 || user.includes('[')) return false;
  return user.length >= 16 || [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(user));
}

/**
 * The same without a scheme: `user:password@host`, and data source names of Go's MySQL driver
 * (`user:password@tcp(host:3306)/db`). For each `@` so many letters around it are looked at.
 */
export function passwordsBeforeHosts(text: string): Span[] {
  const spans: Span[] = [];
  let driver = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const isDriver = /^@(?:tcp|unix)\(/.test(text.slice(at, at + 6));
    const start = isDriver ? driverPassword(text, Math.max(driver, at - around), at) : plainPassword(text, at);
    if (start !== undefined && start < at) spans.push([start, at]);
    if (isDriver) driver = at;
  }
  return spans;
}

const around = 256;
/** With a port, or as the end of its word or with a path. Not the digest of an image (`@sha256:…`). */
const host = /(?!sha\d{1,3}:)[A-Za-z\d_.-]{1,255}(?:(?<port>:\d{2,5}\b)|(?![\w:@.-]))/y;
const userBefore = /(?:(?<![\w/:@.-])|(?<=(?:^|[\s='"(,])\/\/))(?<user>[\w.-]{1,64}):(?=[^\s:@/'"]+$)/;
/** Before an e-mail address or a package with its version. */
const otherWords =
  /^(?:e?-?mail|mailto|to|from|b?cc|contact|acct|sips?|xmpp|npm|jsr|workspace|git|github|docker|pkg|oci)$/i;

/** Where the password begins that ends at `at`, with a user but no slash before it, and a host behind. */
function plainPassword(text: string, at: number): number | undefined {
  host.lastIndex = at + 1;
  const found = host.exec(text);
  if (!found) return undefined;
  const before = text.slice(Math.max(0, at - around), at);
  const user = userBefore.exec(before);
  if (!user || (!found.groups?.port && otherWords.test(user.groups?.user ?? ''))) return undefined;
  return at - before.length + user.index + user[0].length;
}

/** The same in its word that begins at `from` or later; here the password may hold anything. */
function driverPassword(text: string, from: number, at: number): number | undefined {
  const before = text.slice(from, at);
  const word = /[^\s'"]*$/.exec(before)?.[0] ?? '';
  const colon = word.indexOf(':');
  return colon < 0 || word.startsWith('://', colon) ? undefined : at - word.length + colon + 1;
}
