import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '../core/message-of.ts';

/** A certificate (or a chain, leaf first) and its private key, as PEM text. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

export type CertificateProblemCode =
  | 'certificate-unreadable'
  | 'key-unreadable'
  | 'key-mismatch'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-without-names';

/** Why a pair cannot be served. */
export interface CertificateProblem {
  readonly code: CertificateProblemCode;
  readonly message: string;
}

/** What decides whether a certificate can be used. */
export interface CertificateFacts {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names and IP addresses, in the spelling of `X509Certificate` (`DNS:localhost`, `IP Address:127.0.0.1`). */
  readonly names: readonly string[];
  /** Hexadecimal. */
  readonly serial: string;
}

/** The facts of a PEM certificate, of a chain the first one; `undefined` for any other text. */
export function readCertificate(cert: string): CertificateFacts | undefined {
  try {
    const x509 = new X509Certificate(cert);
    return {
      notBefore: new Date(x509.validFrom),
      notAfter: new Date(x509.validTo),
      names: x509.subjectAltName?.split(', ') ?? [],
      serial: x509.serialNumber,
    };
  } catch {
    return undefined;
  }
}

/** The certificates of an authority in a PEM file. */
export function readAuthority(file: string): { readonly cert: string } | { readonly problem: string } {
  try {
    const cert = readFileSync(file, 'utf8');
    return readCertificate(cert) ? { cert } : { problem: `${file} holds no PEM certificate.` };
  } catch (error) {
    return { problem: `${file} cannot be read: ${messageOf(error)}.` };
  }
}

/** The first reason why a pair cannot be served at a time, if any. */
export function problemOfPair({ cert, key }: CertificatePair, now: Date): CertificateProblem | undefined {
  const facts = readCertificate(cert);
  if (!facts) return { code: 'certificate-unreadable', message: 'The certificate is not a PEM certificate.' };
  const privateKey = readKey(key);
  if (!privateKey) return { code: 'key-unreadable', message: 'The key is not a PEM private key without a passphrase.' };
  if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
    return { code: 'key-mismatch', message: 'The key does not belong to the certificate.' };
  }
  if (now > facts.notAfter) {
    return { code: 'certificate-expired', message: `The certificate expired at ${facts.notAfter.toISOString()}.` };
  }
  if (now < facts.notBefore) {
    const message = `The certificate is not valid before ${facts.notBefore.toISOString()}. Check the clock.`;
    return { code: 'certificate-not-yet-valid', message };
  }
  if (facts.names.length > 0) return undefined;
  // Go, and with it the API server, has ignored the common name since 1.15.
  const message = 'The certificate has no subject alternative name, and the API server accepts nothing else.';
  return { code: 'certificate-without-names', message };
}

function readKey(key: string): KeyObject | undefined {
  try {
    return createPrivateKey(key);
  } catch {
    return undefined;
  }
}
