import { X509Certificate } from 'node:crypto';
import forge from 'node-forge';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { type CertificatePair, problemOfPair, readCertificate } from '../../src/certificates/pair.ts';

const now = new Date('2026-03-01T12:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const names = ['injector.example.svc', 'localhost', '127.0.0.1', '::1'];
let authority: CertificatePair;
let leaf: CertificatePair;
beforeAll(async () => {
  authority = await issueAuthority({ commonName: 'a CA', life: 30 * day, now });
  leaf = await issueLeaf(authority, { commonName: 'a server', life: 10 * day, now, names });
});

describe('an issued leaf', () => {
  it('is signed by its authority, which is signed by itself', () => {
    const ca = new X509Certificate(authority.cert);
    const x509 = new X509Certificate(leaf.cert);
    expect(ca.ca && ca.verify(ca.publicKey) && ca.checkIssued(ca)).toBe(true);
    expect(!x509.ca && x509.verify(ca.publicKey) && x509.checkIssued(ca)).toBe(true);
    expect(problemOfPair(leaf, now)).toBeUndefined();
  });

  it('is for the names, a server, and nothing else', () => {
    const x509 = new X509Certificate(leaf.cert);
    for (const name of ['injector.example.svc', 'localhost']) expect(x509.checkHost(name)).toBe(name);
    expect(x509.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(x509.checkIP('::1')).toBe('::1');
    expect(x509.checkHost('example.com')).toBeUndefined();
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']); // serverAuth
  });

  it('has the key identifiers that link both', () => {
    const ca = forge.pki.certificateFromPem(authority.cert);
    const parsed = forge.pki.certificateFromPem(leaf.cert);
    const identifier = ca.generateSubjectKeyIdentifier().toHex();
    expect(ca.getExtension('subjectKeyIdentifier')).toMatchObject({ subjectKeyIdentifier: identifier });
    const authorityKey = parsed.getExtension('authorityKeyIdentifier') as { value?: string } | undefined; // forge types it loosely
    expect(Buffer.from(authorityKey?.value ?? '', 'binary').toString('hex')).toContain(identifier);
    expect(ca.getExtension('keyUsage')).toMatchObject({ keyCertSign: true, critical: true });
  });

  it('is valid from an hour ago, for its days, but never longer than its authority', async () => {
    const { notBefore, notAfter } = readCertificate(leaf.cert) ?? expect.fail('no certificate');
    expect(notBefore).toEqual(new Date(now.getTime() - hour));
    expect(notAfter).toEqual(new Date(now.getTime() + 10 * day));
    const later = new Date(now.getTime() + 25 * day);
    const last = await issueLeaf(authority, { commonName: 'x', life: 10 * day, now: later, names });
    expect(readCertificate(last.cert)?.notAfter).toEqual(readCertificate(authority.cert)?.notAfter);
  });

  it('has a serial number of its own', async () => {
    const again = await issueLeaf(authority, { commonName: 'a server', life: 10 * day, now, names });
    const serials = [authority, leaf, again].map(({ cert }) => readCertificate(cert)?.serial);
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });
});

describe('a problem of a pair', () => {
  it.each([
    ['certificate-unreadable', () => ({ ...leaf, cert: 'x' }), now],
    ['certificate-unreadable', () => ({ ...leaf, cert: leaf.cert.slice(0, 300) }), now],
    ['key-unreadable', () => ({ ...leaf, key: '' }), now],
    ['key-mismatch', () => ({ ...leaf, key: authority.key }), now],
    ['certificate-expired', () => leaf, new Date(now.getTime() + 11 * day)],
    ['certificate-not-yet-valid', () => leaf, new Date(now.getTime() - 2 * hour)],
    ['certificate-without-names', () => authority, now],
  ] as const)('is %s', (code, pair, time) => {
    expect(problemOfPair(pair(), time)?.code).toBe(code);
  });
});
