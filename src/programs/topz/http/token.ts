import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request may see the processes, by its Authorization header. */
export type Guard = (authorization: string | undefined) => boolean;

/**
 * A guard for a token that is read at each request, so that a renewed Secret counts at once. `undefined` from `read`
 * means that the token cannot be read: then nobody may. The comparison takes the same time wherever two tokens differ.
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
