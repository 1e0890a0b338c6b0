import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the Secrets are mounted, as far as there are any. */
export interface SecretFolders {
  /** With `authorization`, or `token`, or `username` and `password`. */
  readonly login: string | undefined;
  /** With `ca.crt`. */
  readonly authority: string | undefined;
  /** With `tls.crt` and `tls.key`. */
  readonly client: string | undefined;
}

/** What a login says; read anew each time, so a Secret that changes needs no restart. */
export function authorizationOf({ login }: SecretFolders): string | undefined {
  if (login === undefined) return undefined;
  const read = (key: string) => textOf(join(login, key));
  const whole = read('authorization');
  if (whole !== undefined) return whole;
  const token = read('token');
  if (token !== undefined) return `Bearer ${token}`;
  const [username, password] = [read('username'), read('password')];
  if (username === undefined || password === undefined) {
    throw new Error('the Secret has neither authorization, nor token, nor username and password');
  }
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Without the line end that an editor adds. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    return undefined;
  }
}
