/** A value, or what is wrong with it and how to write it. */
export type Parsed<T> = { value: T } | { problem: string; fix: string };

/** `0.0.0.0:8080`, `[::1]:8080`, `:8080` (all addresses). */
export function parseAddress(text: string): Parsed<{ host: string | undefined; port: number }> {
  const match = /^(?:\[(?<v6>[0-9A-Fa-f:.%\w]+)\]|(?<host>[^:[\]\s]*)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(match?.port);
  if (!match || port > 65535) return { problem: 'not an address', fix: 'Write HOST:PORT, for example 0.0.0.0:8080.' };
  return { value: { host: (match.v6 ?? match.host) || undefined, port } };
}

const durations: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `2s`, `500ms`, `1m` in milliseconds, from 250 ms (below, the kernel's clock ticks blur the CPU figures) to a minute. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m)$/.exec(text)?.groups;
  const value = Number(match?.amount) * (durations[match?.unit ?? ''] ?? Number.NaN);
  return value >= 250 && value <= 60_000
    ? { value }
    : { problem: 'not a period', fix: 'Write 250ms to 1m, for example 2s.' };
}

/** `/debug`, `debug/` or nothing; in the form `/debug`. */
export function parseBasePath(text: string): Parsed<string> {
  const path = text.replace(/^\/+|\/+$/g, '');
  if (path === '') return { value: '' };
  const fine = path.split('/').every((part) => /^[\w.~-]+$/.test(part) && !/^\.{1,2}$/.test(part));
  return fine
    ? { value: `/${path}` }
    : { problem: 'not a path', fix: 'Write letters, digits, ".", "_", "~" and "-" between slashes.' };
}

const hostPattern =
  /^(?:\*|[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?)(?:\.(?:\*|[a-z0-9_](?:[-a-z0-9_]{0,61}[a-z0-9_])?))*$/i;

/** `topz.example.com,*.svc`: host names, in which each `*` stands for one label. */
export function parseHosts(text: string): Parsed<readonly string[]> {
  const hosts = text.split(',').flatMap((part) => part.trim() || []);
  const wrong = hosts.find((host) => !hostPattern.test(host));
  return wrong === undefined
    ? { value: hosts }
    : {
        problem: `"${wrong}" is not a host name`,
        fix: 'Write names without scheme and port, for example topz.example.com,*.example.com.',
      };
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** `web=128Mi,db=1Gi`: container names and Kubernetes quantities of memory. */
export function parseLimits(text: string): Parsed<ReadonlyMap<string, number>> {
  const limits = new Map<string, number>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const match = /^\s*(?<name>[a-z0-9][a-z0-9-]*)=(?<amount>\d+(?:\.\d+)?)(?<unit>[A-Za-z]*)\s*$/.exec(entry)?.groups;
    const unit = units[match?.unit ?? ''];
    if (!match?.name || unit === undefined)
      return { problem: `"${entry}" is not a limit`, fix: 'Write NAME=SIZE, for example web=128Mi.' };
    limits.set(match.name, Math.floor(Number(match.amount) * unit));
  }
  return { value: limits };
}
