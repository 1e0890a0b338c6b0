// Whether clients trust what is served. Each review asks, so it has to cost next to nothing.
import { expect, it } from 'vitest';
import { bundleOf, certificatesIn } from '../../src/certificates/bundle.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { createTrustCheck } from '../../src/certificates/serving.ts';
import { createTrust } from '../../src/certificates/trust.ts';

const names = ['localhost'];
const authority = () => issueAuthority({ commonName: 'CA', life: 60_000, now: new Date() });

it('follows the pair, the registration and the clock', async () => {
  const [ca, stranger] = await Promise.all([authority(), authority()]);
  const now = new Date();
  const [lasting, brief] = await Promise.all([
    issueLeaf(ca, { commonName: 'x', names, life: 60_000, now }),
    issueLeaf(ca, { commonName: 'x', names, life: 2000, now }),
  ]);
  const trust = createTrust(0);
  const check = createTrustCheck(trust);
  expect(check(lasting)).toBeUndefined();
  trust.registered(bundleOf(certificatesIn(stranger.cert)));
  expect(check(lasting)).toBe('The authority of the certificate is not registered yet.');
  trust.registered(bundleOf(certificatesIn(ca.cert)));
  expect(check(lasting)).toBeUndefined();
  await expect.poll(() => check(brief), { timeout: 20_000 }).toContain('The certificate expired at');
  expect(check(lasting)).toBeUndefined();
});

it('checks no signature for each review', async () => {
  const ca = await authority();
  const pair = await issueLeaf(ca, { commonName: 'x', names, life: 60_000, now: new Date() });
  const trust = createTrust(0);
  trust.registered(bundleOf(certificatesIn(ca.cert)));
  const timeOf = (work: () => void) => {
    const start = process.cpuUsage();
    work();
    return process.cpuUsage(start).user;
  };
  const first = timeOf(() => {
    for (let i = 0; i < 100; i++) createTrustCheck(trust)(pair);
  });
  const check = createTrustCheck(trust);
  const later = timeOf(() => {
    for (let i = 0; i < 1000; i++) check(pair);
  });
  expect(later).toBeLessThan(first);
});
