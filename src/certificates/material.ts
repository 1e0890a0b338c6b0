import { createPrivateKey, X509Certificate } from 'node:crypto';
import { certificatesIn, issuerOf } from './bundle.ts';
import { type CertificatePair, problemOfPair, readCertificate } from './pair.ts';

/** What the injector makes and keeps, in a folder or a Secret. A text that is missing there is empty. */
export interface Material {
  /** PEM certificates of every authority that clients must trust, the newest first. */
  readonly authorities: string;
  /** The private key of the newest authority. Those of older ones are not kept, because they sign nothing any more. */
  readonly authorityKey: string;
  readonly pair: CertificatePair;
}

/** What of a material is good at a time. Certificates are PEM texts. */
export interface Examined {
  readonly authorities: readonly string[];
  /** The authority whose key there is. */
  readonly signer: string | undefined;
  /** The authority that has signed the pair, if the pair can be served. */
  readonly issuer: string | undefined;
  /** Why the pair cannot be served, else why nothing can be signed. */
  readonly problem: string | undefined;
}

/** What of it can be used at a time. */
export function examine({ authorities: bundle, authorityKey, pair }: Material, now: Date): Examined {
  const authorities = certificatesIn(bundle).filter((cert) => isAuthority(cert, now));
  const signer = authorities.find((cert) => hasKey(cert, authorityKey));
  const problem = pair.cert === '' ? 'There is no certificate.' : problemOfPair(pair, now)?.message;
  if (problem !== undefined) return { authorities, signer, issuer: undefined, problem };
  const issuer = issuerOf(pair.cert, authorities);
  return { authorities, signer, issuer, problem: problemOfAuthorities(signer, issuer) };
}

function problemOfAuthorities(signer: string | undefined, issuer: string | undefined): string | undefined {
  if (issuer === undefined) return 'No stored CA has signed the certificate.';
  return signer === undefined ? 'The key of the CA is missing.' : undefined;
}

/** Whether a PEM certificate is that of an authority, and valid at a time. */
export function isAuthority(cert: string, now: Date): boolean {
  const facts = readCertificate(cert);
  return facts !== undefined && new X509Certificate(cert).ca && facts.notBefore <= now && now < facts.notAfter;
}

function hasKey(cert: string, key: string): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // the key cannot be read
  }
}
