import { generateKeyPair, randomBytes, sign as signBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { CertificatePair } from './pair.ts';

/**
 * Milliseconds before its making from which a certificate is valid: the clocks of a cluster differ, and a certificate
 * that an API server takes for one of the future is refused.
 */
export const backdated = 3_600_000;

/** What goes into a certificate besides its keys. */
export interface Subject {
  readonly commonName: string;
  /** Milliseconds from `now` until it expires. */
  readonly life: number;
  readonly now: Date;
}

/** A certificate authority of our own: signs leaves, and only leaves. */
export async function issueAuthority({ commonName, life, now }: Subject): Promise<CertificatePair> {
  const { privateKey, publicKey } = await generateRsa();
  const certificate = blank(publicKey, commonName, now, life);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return sign(certificate, privateKey, privateKey);
}

/**
 * A server certificate below an authority. `names` are DNS names and IP addresses; a client checks nothing else.
 * It ends no later than the authority does.
 */
export async function issueLeaf(
  authority: CertificatePair,
  { commonName, life, now, names }: Subject & { readonly names: readonly string[] },
): Promise<CertificatePair> {
  const { privateKey, publicKey } = await generateRsa();
  const issuer = forge.pki.certificateFromPem(authority.cert);
  const end = Math.min(now.getTime() + life, issuer.validity.notAfter.getTime());
  const certificate = blank(publicKey, commonName, now, end - now.getTime());
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
    },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return sign(certificate, authority.key, privateKey);
}

/** Node makes the keys, on a thread of its own: node-forge would hold up every request for a tenth of a second. */
function generateRsa(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

function blank(publicKey: string, commonName: string, now: Date, life: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = new Date(now.getTime() - backdated);
  certificate.validity.notAfter = new Date(now.getTime() + life);
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  return certificate;
}

/** 127 random bits, positive and without a leading zero, as DER requires of an integer. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** Node calculates the signature: node-forge would for a tenth of a second, and for one before V8 has its compilers. */
function sign(certificate: forge.pki.Certificate, signer: string, key: string): CertificatePair {
  const signature = () => {
    const signed = forge.asn1.toDer(certificate.tbsCertificate).getBytes();
    return signBytes('sha256', Buffer.from(signed, 'latin1'), signer).toString('latin1');
  };
  certificate.sign({ ...forge.pki.privateKeyFromPem(signer), sign: signature }, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'), key };
}
