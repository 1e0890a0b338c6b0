import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { issueAuthority, issueLeaf } from './issue.ts';
import { type CertificatePair, isSignedBy, problemOfPair, readCertificate } from './pair.ts';
import { decideRenewal } from './renewal.ts';

const authorityDays = 365;
const leafDays = 90;

/** The files of the self-signed authority and the server certificate. */
export interface OwnFiles {
  readonly caCert: string;
  readonly caKey: string;
  readonly cert: string;
  readonly key: string;
}

export function ownFiles(folder: string): OwnFiles {
  return {
    caCert: join(folder, 'ca.crt'),
    caKey: join(folder, 'ca.key'),
    cert: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
  };
}

/**
 * Ensures that a folder has an authority and a server certificate for all the names, each with a third of its life left.
 * Those that do are kept, so clients continue to trust the authority. Returns which were made; rejects when the folder
 * cannot be written.
 */
export async function ensureOwnCertificates(
  folder: string,
  names: readonly string[],
  now: Date,
): Promise<{ readonly made: readonly ('authority' | 'leaf')[] }> {
  const files = ownFiles(folder);
  const oldAuthority = await readPair(files.caCert, files.caKey);
  const oldLeaf = await readPair(files.cert, files.key);
  const keepsAuthority = oldAuthority && isFit(oldAuthority, now);
  const keepsLeaf = keepsAuthority && oldLeaf && isFit(oldLeaf, now) && isSignedBy(oldLeaf.cert, oldAuthority.cert);
  if (keepsLeaf && covers(oldLeaf.cert, names)) return { made: [] };

  await mkdir(folder, { recursive: true });
  const authority = keepsAuthority
    ? oldAuthority
    : await issueAuthority({ commonName: 'sidecar-injector CA', days: authorityDays, now });
  const leaf = await issueLeaf(authority, { commonName: 'sidecar-injector', days: leafDays, now, names });
  if (!keepsAuthority) await writePair(files.caCert, files.caKey, authority);
  await writePair(files.cert, files.key, leaf);
  return { made: keepsAuthority ? ['leaf'] : ['authority', 'leaf'] };
}

function isFit(pair: CertificatePair, now: Date): boolean {
  const facts = readCertificate(pair.cert);
  const problem = problemOfPair(pair, now);
  const usable = problem === undefined || problem.code === 'certificate-without-names'; // an authority has none
  return usable && facts !== undefined && decideRenewal(facts, now) === 'keep';
}

function covers(cert: string, names: readonly string[]): boolean {
  const present = new Set(readCertificate(cert)?.names);
  return names.every((name) => present.has(isIP(name) ? `IP Address:${spelled(name)}` : `DNS:${name}`));
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

async function readPair(certFile: string, keyFile: string): Promise<CertificatePair | undefined> {
  try {
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  } catch {
    return undefined;
  }
}

async function writePair(certFile: string, keyFile: string, { cert, key }: CertificatePair): Promise<void> {
  await replaceFile(keyFile, key, 0o600);
  await replaceFile(certFile, cert, 0o644);
}

/** Atomically: nobody reads half a file. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, text, { mode });
  await rename(beside, file);
}
