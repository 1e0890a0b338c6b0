import { issueAuthority, issueLeaf } from './issue.ts';
import type { CertificatePair } from './pair.ts';

const day = 86_400_000;

/**
 * A certificate that no client trusts, below an authority that is forgotten. A server without a certificate starts with
 * it, so that it can say that it is not ready.
 */
export async function untrusted(names: readonly string[]): Promise<CertificatePair> {
  const subject = { commonName: 'sidecar-injector without a certificate', life: day, now: new Date() };
  return issueLeaf(await issueAuthority(subject), { ...subject, names });
}
