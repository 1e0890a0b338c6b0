/** The time in which a certificate is valid. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Whether to keep or renew a certificate. It is renewed after two thirds of its life, which leaves time to notice failures,
 * and when it is not valid yet, because then the clock was set back.
 */
export function decideRenewal({ notBefore, notAfter }: Validity, now: Date): 'keep' | 'renew' {
  const life = notAfter.getTime() - notBefore.getTime();
  const age = now.getTime() - notBefore.getTime();
  return age >= 0 && age < (life * 2) / 3 ? 'keep' : 'renew';
}
