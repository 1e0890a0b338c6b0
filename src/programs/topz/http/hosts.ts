import { isIP } from 'node:net';

/** Whether topz answers to the name in a request's Host header. */
export type HostCheck = (host: string | undefined) => boolean;

/**
 * Protects against DNS rebinding: a web page of `evil.test` can point that name at this program and then read its
 * answers as its own. It cannot choose the Host header, so topz answers only to IP addresses, to `localhost` and to
 * `names`, in which each `*` stands for one label (`*.example.com`). Browsers always send a Host header, so a request
 * without one passes.
 */
export function hostCheck(names: readonly string[]): HostCheck {
  const patterns = ['localhost', ...names].map((name) => name.toLowerCase().split('.'));
  return (header) => {
    if (header === undefined) return true;
    const host = hostOf(header);
    if (isIP(host) !== 0) return true;
    const labels = host.toLowerCase().split('.');
    return patterns.some(
      (pattern) =>
        pattern.length === labels.length &&
        pattern.every((part, i) => part === labels[i] || (part === '*' && labels[i] !== '')),
    );
  };
}

/** The host of a Host header, without its port, a final dot and the brackets of an IPv6 address. */
function hostOf(header: string): string {
  const { v6, name } = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[^:[\]]*?)\.?)(?::\d*)?$/.exec(header)?.groups ?? {};
  return v6 ?? name ?? '';
}
