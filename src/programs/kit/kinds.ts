import { secondsOf } from '../../core/units.ts';
import type { Kind } from '../../flags/kinds.ts';

/** A Go duration within these bounds, in milliseconds. */
export function durationWithin(least: string, most: string, example: string): Kind<number> {
  const [min = 0, max = 0] = [secondsOf(least), secondsOf(most)];
  return {
    word: 'DURATION',
    expected: `a duration from ${least} to ${most}, such as ${example}`,
    read(text) {
      const seconds = secondsOf(text);
      return seconds !== undefined && seconds >= min && seconds <= max ? seconds * 1000 : undefined;
    },
  };
}

/** Where a server listens; without a host, on all addresses. */
export interface Address {
  readonly host: string | undefined;
  readonly port: number;
}

/** `0.0.0.0:8080`, `[::1]:8080` or `:8080`. */
export const address: Kind<Address> = {
  word: 'HOST:PORT',
  expected: 'HOST:PORT or :PORT, such as :8080',
  read(text) {
    const match = /^(?:\[(?<v6>[0-9A-Fa-f:.%\w]+)\]|(?<host>[^:[\]\s]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
    const port = Number(match?.port);
    return port <= 65_535 ? { host: (match?.v6 ?? match?.host) || undefined, port } : undefined;
  },
};

/** A URL of one of these schemes (`http:`). */
export const url = (schemes: readonly string[], example: string): Kind<URL> => ({
  word: 'URL',
  expected: `a URL such as ${example}`,
  read(text) {
    const url = URL.parse(text);
    return url && schemes.includes(url.protocol) ? url : undefined;
  },
});

/** `NAME=VALUE`, where the value may be empty. */
export const pair: Kind<readonly [name: string, value: string]> = {
  word: 'NAME=VALUE',
  expected: 'NAME=VALUE',
  read(text) {
    const at = text.indexOf('=');
    return at > 0 ? [text.slice(0, at), text.slice(at + 1)] : undefined;
  },
};
