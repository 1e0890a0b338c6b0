// The plan as a replica follows it, at a time of the test.
import { expect } from 'vitest';
import { certificatesIn } from '../../src/certificates/bundle.ts';
import { carryOut } from '../../src/certificates/carry-out.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { Material } from '../../src/certificates/material.ts';
import { nextStep, type Situation } from '../../src/certificates/plan.ts';

export const day = 86_400_000;
export const lifetimes = { leaf: 90 * day, authority: 1825 * day };
export const names = ['injector.example.svc'];
export const start = new Date('2026-03-01T12:00:00Z');
export const onDay = (days: number) => new Date(start.getTime() + days * day);

export const nothing: Material = { authorities: '', authorityKey: '', pair: { cert: '', key: '' } };

export function situation(parts: Partial<Situation> = {}): Situation {
  return {
    ...{ stored: nothing, remembered: undefined, wish: undefined, registered: [], inForce: () => true },
    ...{ names, lifetimes, now: start },
    ...parts,
  };
}

/**
 * Steps until there is nothing to do: what is stored then, and why each was done. A wish is granted by the first one.
 */
export async function settled(parts: Partial<Situation>): Promise<{ material: Material; whys: string[] }> {
  let current = situation(parts);
  const whys: string[] = [];
  for (let step = nextStep(current); step.action !== 'keep'; step = nextStep(current)) {
    whys.push(step.why);
    expect(whys.length, whys.join('\n')).toBeLessThan(6);
    current = { ...current, stored: await carryOut(step, current), wish: undefined };
  }
  return { material: current.stored, whys };
}

/** A material as the injector makes it at a time. */
export async function made(now = start): Promise<Material> {
  return (await settled({ now })).material;
}

/** As Helm has made it in earlier versions: for ten years, and without the key of its authority. */
export async function madeByHelm(): Promise<Material> {
  const subject = { commonName: 'sidecar-injector-ca', life: 3650 * day, now: start };
  const authority = await issueAuthority(subject);
  return { authorities: authority.cert, authorityKey: '', pair: await issueLeaf(authority, { ...subject, names }) };
}

export const authoritiesOf = ({ authorities }: Material) => certificatesIn(authorities);
