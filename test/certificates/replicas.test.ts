// Replicas that share a store, in any order of events: who trusts what is registered can always connect.

import { expect, it } from 'vitest';
import { certificatesIn, issuerOf } from '../../src/certificates/bundle.ts';
import { carryOut } from '../../src/certificates/carry-out.ts';
import { createHandover } from '../../src/certificates/handover.ts';
import { examine, type Material } from '../../src/certificates/material.ts';
import type { CertificatePair } from '../../src/certificates/pair.ts';
import { nextStep, type Wish } from '../../src/certificates/plan.ts';
import { createTrust } from '../../src/certificates/trust.ts';
import { fc } from '../fast-check.ts';
import { names, nothing, start } from './steps.ts';

const minute = 60_000;
const lifetimes = { leaf: 60 * minute, authority: 600 * minute };
const settle = minute;

interface Shared {
  now: Date;
  stored: { material: Material; version: number };
  wish: Wish | undefined;
  registered: string;
  /** What the API servers see: what was registered, a while ago at most. */
  seen: string;
  seenAt: Date;
}

function createReplica(shared: Shared) {
  const trust = createTrust(settle, () => shared.now.getTime());
  let pair: CertificatePair | undefined;
  let remembered: Material | undefined;
  const offer = createHandover(trust, (next) => {
    pair = next;
  });
  return {
    served: () => pair,
    /** One step, which another replica may overtake while this one makes keys. */
    async step(overtaken: () => Promise<void>): Promise<void> {
      const { now, wish, stored } = shared;
      const known = { stored: stored.material, remembered, wish, registered: trust.registeredNow() };
      const situation = { ...known, inForce: trust.inForce, names, lifetimes, now };
      const step = nextStep(situation);
      if (step.action === 'keep') {
        remembered = stored.material;
        offer({ pair: stored.material.pair, authorities: examine(stored.material, now).authorities }, now);
        return;
      }
      const material = await carryOut(step, situation);
      await overtaken();
      if (shared.stored.version !== stored.version) return;
      shared.stored = { material, version: stored.version + 1 };
      shared.wish = undefined;
    },
    hear: () => trust.registered(shared.registered),
    /** As the registration does: only where something is missing. */
    register() {
      const present = certificatesIn(shared.registered);
      const own = certificatesIn(trust.authorities());
      if (!own.every((cert) => present.includes(cert))) shared.registered = trust.authorities();
      trust.registered(shared.registered);
    },
  };
}

const number = fc.nat({ max: 2 });
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('step' as const), replica: number, by: number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('register' as const), replica: number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hear' as const), replica: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('see' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(0.2, 1, 5, 15) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('break' as const), what: fc.constantFrom('authorities', 'authorityKey') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wish' as const), wish: fc.constantFrom<Wish>('rotate', 'drop-old') }),
  },
);

it('a client that trusts what is registered can connect to each replica, whatever happens in which order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 40 }), async (events) => {
      const shared: Shared = {
        ...{ now: start, stored: { material: nothing, version: 0 }, wish: undefined },
        ...{ registered: '', seen: '', seenAt: start },
      };
      const replicas = [0, 1, 2].map(() => createReplica(shared));
      const each = async () => {
        for (const replica of replicas) {
          for (let i = 0; i < 4; i++) await replica.step(async () => {});
          replica.register();
        }
        see();
      };
      const see = () => {
        shared.seen = shared.registered;
        shared.seenAt = shared.now;
      };
      const wait = async (minutes: number) => {
        // Replicas look every few seconds, so no certificate ends unseen; API servers are behind for less than a while.
        for (let left = minutes; left > 0; left -= 5) {
          shared.now = new Date(shared.now.getTime() + Math.min(left, 5) * minute);
          if (shared.now.getTime() - shared.seenAt.getTime() >= settle) see();
          if (minutes > 1) await each();
        }
      };
      await each();
      for (const happening of events) {
        const replica = 'replica' in happening ? replicas[happening.replica] : undefined;
        if (happening.kind === 'step') {
          const by = replicas[happening.by];
          await replica?.step(async () => (by === replica ? undefined : by?.step(async () => {})));
        } else if (happening.kind === 'register') replica?.register();
        else if (happening.kind === 'hear') replica?.hear();
        else if (happening.kind === 'see') see();
        else if (happening.kind === 'wait') await wait(happening.minutes);
        else if (happening.kind === 'wish') shared.wish = happening.wish;
        else {
          const { material, version } = shared.stored;
          const broken = happening.kind === 'delete' ? nothing : { ...material, [happening.what]: 'broken' };
          shared.stored = { material: broken, version: version + 1 };
        }
        for (const served of replicas.map((one) => one.served()))
          expect(served && issuerOf(served.cert, certificatesIn(shared.seen)), JSON.stringify(happening)).toBeDefined();
      }
      // In the end there is one authority, unless it is just being replaced.
      const alone = () => {
        const { authorities, signer, issuer } = examine(shared.stored.material, shared.now);
        return authorities.length === 1 && signer === issuer;
      };
      for (let i = 0; i < 40 && !alone(); i++) await wait(5);
      expect(alone()).toBe(true);
      // A replica serves a leaf of another authority only when that has been trusted for a while.
      await wait(5);
      await each();
      for (const replica of replicas) expect(replica.served()).toEqual(shared.stored.material.pair);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 900_000);
