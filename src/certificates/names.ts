import { isIP } from 'node:net';
import { readCertificate } from './pair.ts';

/** Whether a PEM certificate is for all of the DNS names and IP addresses. */
export function coversNames(cert: string, names: readonly string[]): boolean {
  const present = new Set(readCertificate(cert)?.names);
  return names.every((name) => present.has(entryOf(name)));
}

/** The names, and those that a PEM certificate has besides them. */
export function withNamesOf(cert: string, names: readonly string[]): readonly string[] {
  const entries = names.map(entryOf);
  const more = readCertificate(cert)?.names.filter((entry) => !entries.includes(entry)) ?? [];
  return [...names, ...more.map((entry) => entry.replace(/^(DNS|IP Address):/, ''))];
}

/** A name as X509Certificate lists it. */
function entryOf(name: string): string {
  return isIP(name) ? `IP Address:${spelled(name)}` : `DNS:${name}`;
}

/** An IP address as X509Certificate writes it: IPv6 in full groups, upper case. */
function spelled(address: string): string {
  if (isIP(address) === 4) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].map((group) => Number.parseInt(group, 16).toString(16).toUpperCase()).join(':');
}
