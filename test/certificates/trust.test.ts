import { beforeAll, expect, it } from 'vitest';
import { bundleOf, certificatesIn } from '../../src/certificates/bundle.ts';
import { issueAuthority } from '../../src/certificates/issue.ts';
import { createTrust } from '../../src/certificates/trust.ts';

let [a, b] = ['', ''];
beforeAll(async () => {
  const make = async () => {
    const { cert } = await issueAuthority({ commonName: 'CA', life: 60_000, now: new Date() });
    return certificatesIn(cert)[0] ?? '';
  };
  [a, b] = await Promise.all([make(), make()]);
});

it('passes on each change of the authorities once', () => {
  const trust = createTrust(0);
  const published: string[] = [];
  const end = trust.onAuthorities((bundle) => published.push(bundle));
  for (const bundle of [[a], [b, a], [b, a], [b]]) trust.publish(bundleOf(bundle));
  expect(published).toEqual([bundleOf([a]), bundleOf([b, a]), bundleOf([b])]);
  expect(trust.authorities()).toBe(bundleOf([b]));
  end();
  trust.publish('');
  expect(published).toHaveLength(3);
});

it('takes an authority for in force when it has been registered for a while, without a gap', () => {
  let now = 0;
  const trust = createTrust(30, () => now);
  let heard = 0;
  trust.onRegistered(() => {
    heard += 1;
  });
  trust.registered(bundleOf([a]));
  now = 29;
  expect([trust.inForce(a), trust.inForce(b), trust.registeredNow()]).toEqual([false, false, [a]]);
  trust.registered(`# both\r\n${bundleOf([b, a]).replaceAll('\n', '\r\n')}`);
  trust.registered(bundleOf([b, a]));
  now = 58;
  expect([trust.inForce(a), trust.inForce(b)]).toEqual([true, false]);
  now = 59;
  expect([trust.inForce(a), trust.inForce(b)]).toEqual([true, true]);
  trust.registered(bundleOf([b]));
  expect([trust.inForce(a), trust.inForce(b), trust.registeredNow()]).toEqual([false, true, [b]]);
  trust.registered(bundleOf([b, a]));
  expect([trust.inForce(a), trust.inForce(b)]).toEqual([false, true]);
  expect(heard).toBe(5);
});
