import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../../src/certificates/bundle.ts';
import { issueLeaf } from '../../src/certificates/issue.ts';
import { examine, type Material } from '../../src/certificates/material.ts';
import { readCertificate } from '../../src/certificates/pair.ts';
import { nextStep } from '../../src/certificates/plan.ts';
import { authoritiesOf, day, lifetimes, made, madeByHelm, names, nothing, onDay, settled, situation } from './steps.ts';

let first: Material;
beforeAll(async () => {
  first = await made();
});

const nobody = () => false;
/** Whether the newest authority has signed the pair. */
const isWhole = (material: Material, now: Date) => {
  const { signer, issuer } = examine(material, now);
  return signer !== undefined && signer === issuer;
};

describe('certificates that are there', () => {
  it('are made at once where there are none, for the names and their lives', async () => {
    expect(isWhole(first, onDay(0))).toBe(true);
    expect(authoritiesOf(first)).toHaveLength(1);
    const leaf = readCertificate(first.pair.cert);
    expect(leaf?.names).toEqual(['DNS:injector.example.svc']);
    expect(leaf?.notAfter).toEqual(onDay(90));
    expect(readCertificate(first.authorities)?.notAfter).toEqual(onDay(1825));
    expect(nextStep(situation({ stored: first }))).toEqual({ action: 'keep' });
  });

  it('are renewed when two thirds of their life are over, below the same authority', async () => {
    expect(nextStep(situation({ stored: first, now: onDay(59.9) }))).toEqual({ action: 'keep' });
    const { material, whys } = await settled({ stored: first, now: onDay(60.1) });
    expect(whys).toEqual(['Two thirds of the life of the certificate have passed.']);
    expect(material.authorities).toBe(first.authorities);
    expect(readCertificate(material.pair.cert)?.notAfter).toEqual(onDay(150.1));
  });

  it('are made anew after the end of their life, below the same authority', async () => {
    const { material, whys } = await settled({ stored: first, remembered: first, now: onDay(200) });
    expect(whys).toEqual([`The certificate expired at ${onDay(90).toISOString()}.`]);
    expect([material.authorities, isWhole(material, onDay(200))]).toEqual([first.authorities, true]);
  });

  it('get a leaf for another name, and keep the names that they have: replicas of two versions want both', async () => {
    const { material } = await settled({ stored: first, remembered: first, names: ['another.example.svc'] });
    expect(readCertificate(material.pair.cert)?.names).toEqual(['DNS:another.example.svc', 'DNS:injector.example.svc']);
    expect(nextStep(situation({ stored: material, remembered: first }))).toEqual({ action: 'keep' });
  });
});

describe('a new authority', () => {
  it('comes when two thirds of the life of the old one are over, and signs nothing before clients trust it', async () => {
    const leaf = (await settled({ stored: first, now: onDay(1210) })).material;
    const now = onDay(1217);
    const { material, whys } = await settled({ stored: leaf, remembered: leaf, now, inForce: nobody });
    expect(whys).toEqual(['Two thirds of the life of the CA have passed.']);
    expect(material.pair).toEqual(leaf.pair);
    expect(authoritiesOf(material)).toEqual([expect.anything(), ...authoritiesOf(leaf)]);
    // Not even when the leaf is due.
    expect((await settled({ stored: material, remembered: material, now: onDay(1290), inForce: nobody })).whys).toEqual(
      [],
    );

    const next = await settled({ stored: material, remembered: material, now: onDay(1217.1) });
    expect(next.whys).toEqual(['Clients trust the new CA.']);
    expect(next.material.authorities).toBe(material.authorities);
    expect(isWhole(next.material, onDay(1217.1))).toBe(true);
  });

  it('signs a leaf before clients trust it where there is no other leaf', async () => {
    const { material } = await settled({ stored: first, wish: 'rotate', inForce: nobody });
    const { material: late } = await settled({ stored: material, now: onDay(91), inForce: nobody });
    expect(isWhole(late, onDay(91))).toBe(true);
  });

  it('stays beside the old one until no leaf of that can be valid', async () => {
    const { material } = await settled({ stored: first, wish: 'rotate' });
    expect(authoritiesOf(material)).toHaveLength(2);
    const renewed = (await settled({ stored: material, now: onDay(80) })).material;
    expect(authoritiesOf(renewed)).toHaveLength(2);
    const { material: alone, whys } = await settled({ stored: renewed, remembered: renewed, now: onDay(90.1) });
    expect(authoritiesOf(alone)).toEqual(authoritiesOf(material).slice(0, 1));
    expect(whys).toEqual(['The set of CAs that clients may need has changed.']);
  });

  it('stays alone where that was asked for, but not before it has signed the leaf', async () => {
    const { material } = await settled({ stored: first, wish: 'rotate', inForce: nobody });
    expect(nextStep(situation({ stored: material, wish: 'drop-old', inForce: nobody }))).toEqual({ action: 'keep' });
    const { material: used } = await settled({ stored: material });
    const { material: alone } = await settled({ stored: used, remembered: used, wish: 'drop-old' });
    expect(authoritiesOf(alone)).toEqual(authoritiesOf(material).slice(0, 1));
    expect(nextStep(situation({ stored: alone, remembered: used }))).toEqual({ action: 'keep' });
    // A wish is granted, and so taken back, where there is nothing to drop.
    expect(nextStep(situation({ stored: alone, wish: 'drop-old' })).action).toBe('write');
  });

  it('takes over from one that Helm has made, whose key nobody has', async () => {
    const old = await madeByHelm();
    const { material } = await settled({ stored: old, inForce: nobody });
    expect(material.pair).toEqual(old.pair);
    expect(authoritiesOf(material)).toEqual([expect.anything(), ...authoritiesOf(old)]);
    expect(isWhole((await settled({ stored: material })).material, onDay(0))).toBe(true);
  });

  it('does not take trust away from replicas that serve what is registered', async () => {
    const [old, expired] = [await madeByHelm(), await made(onDay(-3000))];
    const registered = [
      ...authoritiesOf(old),
      ...authoritiesOf(expired),
      ...authoritiesOf({ ...nothing, authorities: first.pair.cert }),
    ];
    const { material } = await settled({ registered });
    expect(authoritiesOf(material)).toEqual([expect.anything(), ...authoritiesOf(old)]);
  });
});

describe('what is broken', () => {
  const broken: [string, (whole: Material, other: Material) => Material][] = [
    ['nothing', () => nothing],
    [
      'a certificate cut in half',
      (whole) => ({ ...whole, pair: { ...whole.pair, cert: whole.pair.cert.slice(0, 500) } }),
    ],
    ['the key of another certificate', (whole, other) => ({ ...whole, pair: { ...whole.pair, key: other.pair.key } })],
    ['no key', (whole) => ({ ...whole, pair: { ...whole.pair, key: '' } })],
    ['no authority', (whole) => ({ ...whole, authorities: '' })],
    ['another authority', (whole, other) => ({ ...whole, authorities: other.authorities })],
    ['no key of the authority', (whole) => ({ ...whole, authorityKey: '' })],
    ['the key of another authority', (whole, other) => ({ ...whole, authorityKey: other.authorityKey })],
  ];
  it.each(broken)('%s: is restored by a replica that has it in memory', async (_, breakIt) => {
    const stored = breakIt(first, await made());
    const { material, whys } = await settled({ stored, remembered: first, inForce: nobody });
    expect(material).toEqual(first);
    expect(whys).toHaveLength(1);
    expect(whys[0]).toMatch(/^[A-Z].*\.$/);
  });

  it.each(broken)('%s: is replaced by one that has not; what was good is kept', async (_, breakIt) => {
    const stored = breakIt(first, await made());
    const before = examine(stored, onDay(0));
    const { material } = await settled({ stored, inForce: nobody });
    const { signer, issuer } = examine(material, onDay(0));
    expect([signer, issuer]).not.toContain(undefined);
    if (before.issuer !== undefined) expect([material.pair, issuer]).toEqual([stored.pair, before.issuer]);
    expect(authoritiesOf(material)).toEqual(expect.arrayContaining([...before.authorities]));
  });

  it('is not what an administrator has put there instead, whole; what this replica serves stays trusted', async () => {
    const other = await made();
    const { material } = await settled({ stored: other, remembered: first, inForce: nobody });
    expect(material.pair).toEqual(other.pair);
    expect(authoritiesOf(material)).toEqual([...authoritiesOf(other), ...authoritiesOf(first)]);
  });

  it('is not a leaf for a chain of authorities, or an authority of the future', async () => {
    const future = await made(onDay(10));
    const { material } = await settled({ stored: future });
    expect(authoritiesOf(material)).not.toEqual(authoritiesOf(future));
    expect(isWhole(material, onDay(0))).toBe(true);
    const stranger = await issueLeaf(
      { cert: future.authorities, key: future.authorityKey },
      { commonName: 'x', life: day, now: onDay(10), names },
    );
    const { whys } = await settled({ stored: { ...first, pair: stranger }, now: onDay(10) });
    expect(whys).toEqual(['No stored CA has signed the certificate.']);
  });

  it('are certificates that nobody asked for among the authorities', async () => {
    const authorities = `${bundleOf(authoritiesOf(first))}${first.pair.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    const { material } = await settled({ stored: { ...first, authorities } });
    expect(material).toEqual({ ...first, authorities: bundleOf(authoritiesOf(first)) });
  });

  it('holds for short lives too', async () => {
    const short = { leaf: 20_000, authority: 60_000 };
    const { material } = await settled({ lifetimes: short });
    expect(nextStep(situation({ stored: material, lifetimes: short }))).toEqual({ action: 'keep' });
    const later = new Date(onDay(0).getTime() + 14_000);
    expect(nextStep(situation({ stored: material, lifetimes: short, now: later }))).toMatchObject({ leaf: 'new' });
    expect(lifetimes.leaf).toBeGreaterThan(short.leaf);
  });
});
