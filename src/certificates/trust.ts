import { certificatesIn } from './bundle.ts';

/**
 * Which CAs clients must trust, and which ones they were given. Registration follows `authorities` and says
 * `registered`; the certificates side serves a leaf of a new CA only after that. So a CA is rotated without a failed
 * handshake:
 *
 * 1. A new CA is made: `authorities` becomes the new and the old one, and listeners are called.
 * 2. Registration writes it as the `caBundle` of every entry, and calls `registered` with what the API server has
 *    stored.
 * 3. A moment later, leaves of the new CA are made and served. The old CA stays until no leaf of it can be in use.
 *
 * All replicas have the same `authorities` a moment after one of them has changed them, but not at the same time. Where
 * each replica repairs the registration, one that comes late must not take back what another one has just written:
 * write only after a change of `authorities`, or when what is stored lacks one of them.
 */
export interface Trust {
  /**
   * PEM certificates of every CA that a client must trust now, the newest first. Empty as long as none is known, and
   * where the CAs of the system are enough: leave a registered `caBundle` as it is then.
   */
  readonly authorities: () => string;
  /** Calls the listener at each change, with the new `authorities`. Returns a function that ends it. */
  readonly onAuthorities: (listener: (bundle: string) => void) => () => void;
  /**
   * To be called with the `caBundle` (as PEM text) that is in force: at the start with what the API server has, and
   * after each change of it, whoever made the change. With several entries, those certificates that all of them have;
   * the empty text when there is no entry.
   */
  readonly registered: (bundle: string) => void;
}

/** The side of those who make the certificates. */
export interface TrustOwner extends Trust {
  readonly publish: (bundle: string) => void;
  /** The certificates that were registered last. */
  readonly registeredNow: () => readonly string[];
  /**
   * Whether clients trust a certificate: it has been registered for a while, so that all API servers have heard of it.
   */
  readonly inForce: (certificate: string) => boolean;
  /** Calls the listener after each change of what is registered. */
  readonly onRegistered: (listener: () => void) => void;
}

/** `settle` is how many milliseconds a registration takes until it is in force; `clock` never decreases. */
export function createTrust(settle: number, clock = () => performance.now()): TrustOwner {
  let authorities = '';
  let registered = '';
  const since = new Map<string, number>();
  const published = new Set<(bundle: string) => void>();
  const confirmed = new Set<() => void>();
  return {
    authorities: () => authorities,
    onAuthorities(listener) {
      published.add(listener);
      return () => void published.delete(listener);
    },
    registered(bundle) {
      if (bundle === registered) return;
      registered = bundle;
      const certificates = certificatesIn(bundle);
      for (const known of since.keys()) if (!certificates.includes(known)) since.delete(known);
      for (const certificate of certificates) if (!since.has(certificate)) since.set(certificate, clock());
      for (const listener of confirmed) listener();
    },
    publish(bundle) {
      if (bundle === authorities) return;
      authorities = bundle;
      for (const listener of published) listener(bundle);
    },
    registeredNow: () => [...since.keys()],
    inForce(certificate) {
      const start = since.get(certificate);
      return start !== undefined && clock() - start >= settle;
    },
    onRegistered: (listener) => void confirmed.add(listener),
  };
}
