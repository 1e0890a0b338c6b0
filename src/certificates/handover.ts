import { bundleOf, issuerOf } from './bundle.ts';
import { type CertificatePair, problemOfPair, readCertificate } from './pair.ts';
import type { TrustOwner } from './trust.ts';

/** A pair that can be served, and the authorities that clients are to trust from now on. */
export interface Offer {
  readonly pair: CertificatePair;
  readonly authorities: readonly string[];
}

/** Milliseconds before its end. From then on, a pair is not served if there is another one. */
const lastMoments = 2000;

/**
 * Takes offers, publishes their authorities, and passes a pair on when clients trust its authority. Until then the pair
 * in use stays, as long as it is valid; an offer that is still there is offered again: by the time that is given, at
 * the latest.
 */
export function createHandover(
  trust: TrustOwner,
  use: (pair: CertificatePair) => void,
): ({ pair, authorities }: Offer, now: Date) => Date | undefined {
  let served: { readonly pair: CertificatePair; readonly issuer: string | undefined } | undefined;
  return ({ pair, authorities }, now) => {
    const issuer = issuerOf(pair.cert, authorities);
    const soon = new Date(now.getTime() + lastMoments);
    const inUse = served && problemOfPair(served.pair, soon) === undefined ? served : undefined;
    trust.publish(bundleOf(inUse?.issuer === undefined ? authorities : [...authorities, inUse.issuer]));
    if (inUse?.pair.cert === pair.cert && inUse.pair.key === pair.key) return undefined;
    const isTrusted = issuer === inUse?.issuer || (issuer !== undefined && trust.inForce(issuer));
    if (inUse && !isTrusted) {
      const end = readCertificate(inUse.pair.cert)?.notAfter ?? now;
      return new Date(end.getTime() - lastMoments);
    }
    served = { pair, issuer };
    use(pair);
    return undefined;
  };
}
