import { certificatesIn } from './bundle.ts';
import { backdated } from './issue.ts';
import { type Examined, examine, isAuthority, type Material } from './material.ts';
import { coversNames } from './names.ts';
import { readCertificate } from './pair.ts';

/** Milliseconds that certificates are valid. An authority lives at least three times as long as a leaf. */
export interface Lifetimes {
  readonly authority: number;
  readonly leaf: number;
}

/** What somebody has asked for by hand: a new authority, or to trust old ones no longer. */
export type Wish = 'rotate' | 'drop-old';

/** Everything that decides what to do next. */
export interface Situation {
  readonly stored: Material;
  /** What this replica has seen last that was whole. */
  readonly remembered: Material | undefined;
  readonly wish: Wish | undefined;
  /** What clients trust at present. */
  readonly registered: readonly string[];
  /** Whether clients have trusted an authority long enough that all of them know it. */
  readonly inForce: (authority: string) => boolean;
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  readonly now: Date;
}

/** The next thing to do with what is stored, and why. */
export type Step =
  | { readonly action: 'keep' }
  | { readonly action: 'restore'; readonly material: Material; readonly why: string }
  | {
      readonly action: 'write';
      readonly authority: 'new' | 'kept';
      readonly leaf: 'new' | 'kept';
      /** Authorities that clients must trust besides the one that signs. */
      readonly others: readonly string[];
      readonly why: string;
    };

/**
 * The next step towards a valid leaf that clients trust. After it, the situation is another one: ask again until it is
 * `keep`. A new authority signs no leaf until it is in force, unless there is no other leaf to serve.
 */
export function nextStep(situation: Situation): Step {
  const { now, remembered, wish, lifetimes } = situation;
  const stored = examine(situation.stored, now);
  const before = remembered && examine(remembered, now);
  if (stored.problem !== undefined && remembered && before?.problem === undefined)
    return { action: 'restore', material: remembered, why: stored.problem };

  const { signer, issuer, problem = '' } = stored;
  const leaf = issuer === undefined ? 'new' : 'kept';
  const write = { action: 'write', authority: 'kept', leaf, others: stored.authorities } as const;
  if (signer === undefined) {
    // Replicas that this one knows nothing of may serve what clients trust.
    const others = [...stored.authorities, ...situation.registered.filter((cert) => isAuthority(cert, now))];
    return { ...write, authority: 'new', others, why: problem };
  }
  if (wish === 'rotate') return { ...write, authority: 'new', why: 'A new CA was requested.' };
  if (isDue(signer, lifetimes.authority, now))
    return { ...write, authority: 'new', why: 'Two thirds of the life of the CA have passed.' };

  if (issuer === undefined) return { ...write, why: problem };
  const why = issuer === signer ? whyRenewed(situation) : situation.inForce(signer) && 'Clients trust the new CA.';
  if (why) return { ...write, leaf: 'new', why };

  const others = [...neededOf(stored, situation), ...servedOnly(stored, before)];
  const published = certificatesIn(situation.stored.authorities);
  const same = published.length === others.length + 1 && others.every((cert) => published.includes(cert));
  const granted = wish === 'drop-old' && issuer === signer;
  if (same && !granted) return { action: 'keep' };
  return { ...write, others, why: 'The set of CAs that clients may need has changed.' };
}

/** Why the certificate is replaced by one of the same authority, if it is. */
function whyRenewed({ stored, names, lifetimes, now }: Situation): string | undefined {
  const { cert } = stored.pair;
  if (!coversNames(cert, names)) return `The certificate is not for all of ${names.join(', ')}.`;
  return isDue(cert, lifetimes.leaf, now) ? 'Two thirds of the life of the certificate have passed.' : undefined;
}

/** Counted from its end: a certificate is valid from some time before it was made. */
function isDue(cert: string, life: number, now: Date): boolean {
  const end = readCertificate(cert)?.notAfter.getTime() ?? 0;
  return end - now.getTime() <= life / 3;
}

/**
 * The authorities besides the signer that a client may need. Each leaf of an older one was made before the signer was,
 * so none of them is valid when the signer is older than a leaf can be.
 */
function neededOf(stored: Examined, { wish, lifetimes, now }: Situation): readonly string[] {
  const { signer = '', issuer } = stored;
  const made = (readCertificate(signer)?.notBefore.getTime() ?? 0) + backdated;
  const over = wish === 'drop-old' || now.getTime() >= made + lifetimes.leaf;
  return stored.authorities.filter((cert) => cert !== signer && (!over || cert === issuer));
}

/** The issuer of what this replica may serve still, where somebody else has replaced everything that was stored. */
function servedOnly({ authorities }: Examined, before: Examined | undefined): readonly string[] {
  return before?.issuer === undefined || authorities.includes(before.issuer) ? [] : [before.issuer];
}
