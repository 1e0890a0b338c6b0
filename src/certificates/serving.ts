import { issuerOf } from './bundle.ts';
import { createHandover } from './handover.ts';
import { keepMaterial, type MaterialStore } from './keeper.ts';
import { type CertificatePair, problemOfPair, readCertificate } from './pair.ts';
import type { Lifetimes } from './plan.ts';
import type { TrustOwner } from './trust.ts';
import { untrusted } from './untrusted.ts';

const second = 1000;
/** Milliseconds until the server starts without a certificate, if its store does not answer. */
const firstBound = 5 * second;

/** The certificates of one server. */
export interface Certificates {
  /** What is to be served at this time. */
  readonly pair: () => CertificatePair;
  /** Why clients cannot trust what is served at this time; `undefined` when they can. */
  readonly ready: () => string | undefined;
  readonly stop: () => void;
}

export interface OwnCertificateEvents {
  /** A pair is to be served from now on. The first one comes before the server listens, where there is one. */
  readonly use: (pair: CertificatePair) => void;
  /** A certificate was made or repaired, and why. */
  readonly written: (why: string) => void;
  /** Certificates cannot be read or written now. What is served stays. */
  readonly failed: (message: string) => void;
}

export interface CertificateEvents extends OwnCertificateEvents {
  /** A certificate was read that cannot be used. What is served stays. */
  readonly rejected: (message: string) => void;
}

export interface OwnCertificates {
  readonly store: MaterialStore;
  readonly trust: TrustOwner;
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
}

/**
 * Makes certificates, keeps them in a store, and renews them. Where the store does not answer in time, the server
 * starts with one that nobody trusts, so that it can say that it is not ready.
 */
export async function makeCertificates(
  own: OwnCertificates,
  { use, written, failed }: OwnCertificateEvents,
): Promise<Certificates> {
  let pair: CertificatePair | undefined;
  const offer = createHandover(own.trust, (next) => {
    pair = next;
    use(next);
  });
  const keeper = keepMaterial({ ...own, offer, written, failed });
  await Promise.race([keeper.looked, new Promise((resolve) => setTimeout(resolve, firstBound))]);
  const standIn = pair ?? (await untrusted(own.names));
  return {
    pair: () => pair ?? standIn,
    ready: () => (pair ? whyUntrusted(pair, own.trust) : 'There is no certificate yet: see the log.'),
    stop: keeper.stop,
  };
}

/** Why clients cannot trust a pair at this time. Where nothing is registered, people give the CA to clients by hand. */
export function whyUntrusted(pair: CertificatePair, trust: TrustOwner): string | undefined {
  const problem = problemOfPair(pair, new Date());
  if (problem) return problem.message;
  const registered = trust.registeredNow();
  if (registered.length === 0 || issuerOf(pair.cert, registered) !== undefined) return undefined;
  return 'The CA of the certificate is not registered yet.';
}

/** When a certificate expires. */
export function expiryOf({ cert }: CertificatePair): Date {
  return readCertificate(cert)?.notAfter ?? new Date(0);
}
