// A certificate that ends before clients are sure to trust the next one, as after a change from short lives to long
// ones.
import { expect, it } from 'vitest';
import { bundleOf } from '../../src/certificates/bundle.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { MaterialStore } from '../../src/certificates/keeper.ts';
import type { Material } from '../../src/certificates/material.ts';
import { readCertificate } from '../../src/certificates/pair.ts';
import { makeCertificates } from '../../src/certificates/serving.ts';
import { createTrust } from '../../src/certificates/trust.ts';
import { day, lifetimes, names } from './steps.ts';

it('is replaced in time, although replicas with long lives look every 10 s only', async () => {
  const subject = { commonName: 'x', life: lifetimes.authority, now: new Date() };
  const [former, next] = await Promise.all([issueAuthority(subject), issueAuthority(subject)]);
  const lasting = await issueLeaf(next, { ...subject, names, life: lifetimes.leaf });
  const brief = await issueLeaf(former, { ...subject, names, life: 5000, now: new Date() });
  let material: Material = {
    ...{ authorities: bundleOf([next.cert, former.cert]), authorityKey: next.key },
    pair: brief,
  };
  let changed = () => {};
  const store: MaterialStore = {
    read: async () => ({ material, version: '1', wish: undefined }),
    write: async () => expect.unreachable('there is nothing to make'),
    follow(listener) {
      changed = listener;
      return () => {};
    },
  };
  const trust = createTrust(day); // nobody is sure to trust the next authority today
  trust.onAuthorities(trust.registered);
  const uses: { cert: string; at: Date }[] = [];
  const failures: string[] = [];
  const certificates = await makeCertificates(
    { store, trust, names, lifetimes },
    {
      use: ({ cert }) => void uses.push({ cert, at: new Date() }),
      written: () => {},
      failed: (message) => void failures.push(message),
    },
  );
  expect(uses.map(({ cert }) => cert)).toEqual([brief.cert]);
  material = { ...material, pair: lasting }; // as another replica writes it
  changed();
  await expect.poll(() => uses.length, { timeout: 60_000 }).toBe(2);
  expect([uses[1]?.cert, failures]).toEqual([lasting.cert, []]);
  // Two seconds before its end, and a few seconds for machines that are slow.
  const end = readCertificate(brief.cert)?.notAfter.getTime() ?? 0;
  expect(uses[1]?.at.getTime()).toBeLessThan(end + 3000);
  certificates.stop();
});
