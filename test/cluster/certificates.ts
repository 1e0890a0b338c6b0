// Certificates for a test cluster, made on the spot. Keys come from OpenSSL (through node:crypto), which is many times
// faster than making them in JavaScript; node-forge writes and signs the certificates.
import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

export interface KeyPair {
  readonly keyPem: string;
  readonly publicKeyPem: string;
}

export interface Certificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface Subject {
  readonly commonName: string;
  /** Kubernetes reads a client certificate's organization as the user's group. */
  readonly organization?: string;
  /** DNS names and IP addresses; with at least one the certificate is a server's, with none a client's. */
  readonly hosts?: readonly string[];
}

export interface Authority {
  readonly certificatePem: string;
  issue(subject: Subject): Promise<Certificate>;
}

/** A fresh RSA key pair, both halves as PEM. */
export async function createKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { keyPem: privateKey, publicKeyPem: publicKey };
}

/** A certificate authority that lives as long as the cluster does. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await createKeyPair();
  const name = attributes({ commonName });
  const root = unsigned(keys, name);
  root.setIssuer(name);
  root.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
  ]);
  const signer = forge.pki.privateKeyFromPem(keys.keyPem);
  root.sign(signer, forge.md.sha256.create());

  return {
    certificatePem: forge.pki.certificateToPem(root),
    async issue(subject) {
      const leafKeys = await createKeyPair();
      const leaf = unsigned(leafKeys, attributes(subject));
      leaf.setIssuer(name);
      leaf.setExtensions(leafExtensions(subject.hosts ?? []));
      leaf.sign(signer, forge.md.sha256.create());
      return { certificatePem: forge.pki.certificateToPem(leaf), keyPem: leafKeys.keyPem };
    },
  };
}

function leafExtensions(hosts: readonly string[]): object[] {
  const server = hosts.length > 0;
  const altNames = hosts.map((host) => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }));
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: server, clientAuth: !server },
    ...(server ? [{ name: 'subjectAltName', altNames }] : []),
  ];
}

function unsigned(keys: KeyPair, name: forge.pki.CertificateField[]): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKeyPem);
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 7 * 24 * 3600_000);
  certificate.setSubject(name);
  return certificate;
}

function attributes({ commonName, organization }: Subject): forge.pki.CertificateField[] {
  return [
    { name: 'commonName', value: commonName },
    ...(organization ? [{ name: 'organizationName', value: organization }] : []),
  ];
}
