import { messageOf } from '../core/message-of.ts';
import { carryOut } from './carry-out.ts';
import type { Offer } from './handover.ts';
import { examine, type Material } from './material.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type Lifetimes, nextStep, type Wish } from './plan.ts';
import type { TrustOwner } from './trust.ts';

/** What a store holds. */
export interface Stored {
  readonly material: Material;
  /** Of what was read; `undefined` where there is nothing yet. */
  readonly version: string | undefined;
  readonly wish: Wish | undefined;
}

/** Where the material is kept. Each call rejects when the store cannot be reached. */
export interface MaterialStore {
  readonly read: () => Promise<Stored>;
  /** Replaces what was read with `version`, and grants its wish. False when somebody else has written since. */
  readonly write: (material: Material, version: string | undefined) => Promise<boolean>;
  /** Calls `changed` after each change, until the returned function is called. */
  readonly follow: (changed: () => void) => () => void;
}

export interface KeeperOptions {
  readonly store: MaterialStore;
  readonly trust: TrustOwner;
  readonly names: readonly string[];
  readonly lifetimes: Lifetimes;
  /** Gets what is stored whenever it is looked at and good. Gives a time by which it wants to get it again. */
  readonly offer: (offer: Offer, now: Date) => Date | undefined;
  /** Something was written, and why. */
  readonly written: (why: string) => void;
  /** The store could not be read or written; this is retried. Called once for the same message in a row. */
  readonly failed: (message: string) => void;
}

export interface Keeper {
  /** Resolves after the first look, whether it has succeeded or not. */
  readonly looked: Promise<void>;
  readonly stop: () => void;
}

const second = 1000;
/** Steps in one look. They are this many only where somebody undoes them. */
const mostSteps = 10;

/** Keeps what is stored valid and offers it, until `stop`. Several replicas do so at once. */
export function keepMaterial(options: KeeperOptions): Keeper {
  const { store, trust, names, lifetimes, offer, written, failed } = options;
  let remembered: Material | undefined;
  let wanted: Date | undefined;
  let reported = '';

  async function step(): Promise<'more' | 'done'> {
    const { material: stored, version, wish } = await store.read();
    const known = { stored, remembered, wish, registered: trust.registeredNow(), inForce: trust.inForce };
    const situation = { ...known, names, lifetimes, now: new Date() };
    const next = nextStep(situation);
    if (next.action !== 'keep') {
      if (await store.write(await carryOut(next, situation), version)) written(next.why);
      return 'more';
    }
    remembered = stored;
    wanted = offer({ pair: stored.pair, authorities: examine(stored, situation.now).authorities }, situation.now);
    return 'done';
  }

  async function look(): Promise<void> {
    for (let i = 0; i < mostSteps; i++) if ((await step()) === 'done') return;
    throw new Error('somebody else changes it again and again');
  }

  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  /** Looks again after the usual time, or when the pair is wanted before that. */
  function plan(): void {
    clearTimeout(timer);
    if (stopped) return;
    const usual = Math.min(10 * second, lifetimes.leaf / 30);
    const left = wanted ? wanted.getTime() - Date.now() : usual;
    timer = setTimeout(lookNow, Math.min(usual, left > 0 ? left : second)).unref();
  }

  const lookNow = oneAtATime(() =>
    look()
      .then(
        () => {
          reported = '';
        },
        (error: unknown) => {
          const message = messageOf(error);
          if (message !== reported) failed(message);
          reported = message;
        },
      )
      .then(plan),
  );
  const unfollow = store.follow(lookNow);
  trust.onRegistered(lookNow);
  return {
    looked: lookNow(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      unfollow();
    },
  };
}
