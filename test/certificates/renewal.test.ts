import { describe, expect, it } from 'vitest';
import { decideRenewal } from '../../src/certificates/renewal.ts';

const day = 86_400_000;
const validity = { notBefore: new Date(0), notAfter: new Date(90 * day) };

describe('renewal', () => {
  it.each([
    ['renew', -1, 'the clock was set back'],
    ['keep', 0, 'new'],
    ['keep', 60 * day - 1, 'nearly two thirds old'],
    ['renew', 60 * day, 'two thirds old'],
    ['renew', 91 * day, 'expired'],
  ] satisfies [string, number, string][])('is %s at %i: %s', (decision, time, _) => {
    expect(decideRenewal(validity, new Date(time))).toBe(decision);
  });
});
