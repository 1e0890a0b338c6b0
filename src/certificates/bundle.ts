import { X509Certificate } from 'node:crypto';

/** The certificates in a PEM text, each once, without what stands between them and what cannot be read. */
export function certificatesIn(text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(blocks.flatMap(normal))];
}

/** In one spelling, so that two texts of a certificate can be compared. */
function normal(block: string): string[] {
  try {
    return [new X509Certificate(block).toString().trim()];
  } catch {
    return [];
  }
}

/** One PEM text of certificates, each once. */
export function bundleOf(certificates: readonly string[]): string {
  return [...new Set(certificates)].map((certificate) => `${certificate}\n`).join('');
}

/** That of the authorities which has signed a certificate, or one of the chain that a PEM text is. */
export function issuerOf(chain: string, authorities: readonly string[]): string | undefined {
  const signed = certificatesIn(chain).map((cert) => new X509Certificate(cert));
  return authorities.find((text) => {
    const authority = new X509Certificate(text);
    return signed.some((cert) => cert.checkIssued(authority) && cert.verify(authority.publicKey));
  });
}
