import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request may see the processes, by its Authorization header. */
export type Guard = (authorization: string | undefined) => boolean;

/**
 * A guard that reads the token at each request, so a renewed Secret takes effect at once. When `read` gives
 * `undefined`, the guard refuses every request. The comparison takes the same time wherever two tokens differ.
 */
export function tokenGuard(read: () => string | undefined): Guard {
  return (authorization) => {
    const token = read()?.trim();
    const given = /^bearer +(?<token>\S+) *$/i.exec(authorization ?? '')?.groups?.token;
    return Boolean(token) && given !== undefined && timingSafeEqual(digest(given), digest(token ?? ''));
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
