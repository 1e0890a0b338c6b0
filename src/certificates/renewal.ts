/** The time in which a certificate is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Whether a certificate is kept or replaced: replaced when two thirds of its life are over, so that a third remains to
 * notice that renewing fails, and when it is not valid yet, which means that a clock was set back.
 * Asked again every minute rather than once by a long timer: a suspended machine wakes up late.
 */
export function decideRenewal({ notBefore, notAfter }: Validity, now: Date): 'keep' | 'renew' {
  const life = notAfter.getTime() - notBefore.getTime();
  const age = now.getTime() - notBefore.getTime();
  return age >= 0 && age < (life * 2) / 3 ? 'keep' : 'renew';
}
