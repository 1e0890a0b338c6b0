/**
 * A name of the file system as a text that keeps all its bytes. Most are UTF-8; in the others each byte above 127 is a
 * lone surrogate, U+DC80 to U+DCFF, as Python writes them (PEP 383). No name in UTF-8 has one.
 */
export function textOfName(name: Buffer): string {
  const text = name.toString();
  if (Buffer.from(text).equals(name)) return text;
  return name.toString('latin1').replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

/** The bytes of a path whose names `textOfName` wrote. */
export function bytesOfPath(path: string): Buffer {
  if (!hasLone(path)) return Buffer.from(path);
  return Buffer.concat(
    [...path].map((each) => (hasLone(each) ? Buffer.of(each.charCodeAt(0) & 0xff) : Buffer.from(each))),
  );
}

/** A path as a URI reference. Each part is encoded, so that no `#` ends it and no colon makes a scheme of a folder. */
export function uriOfPath(path: string): string {
  const encoded = (each: string) =>
    hasLone(each) ? `%${(each.charCodeAt(0) & 0xff).toString(16).toUpperCase()}` : encodeURIComponent(each);
  const uri = path
    .split('/')
    .map((part) => [...part].map(encoded).join(''))
    .join('/');
  return uri.startsWith('/') ? `file://${uri}` : uri;
}

/**
 * A path in the header of a diff. Where its line would not hold it, it is in quotes, as git and GNU diff write it and
 * patch reads it.
 */
export function quotedPath(path: string): string {
  if (!/^"|[\p{Cc}\p{Cs}]/u.test(path)) return path;
  const escaped = bytesOfPath(path).toString('latin1').replace(/["\\]/g, '\\$&');
  return `"${escaped.replace(/[^ -~]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}

function hasLone(text: string): boolean {
  return /\p{Cs}/u.test(text);
}
