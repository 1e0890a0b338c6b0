import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ObjectReference } from '../core/event.ts';
import { type Api, failureOf } from './api.ts';

export interface LeaseOptions {
  readonly api: Api;
  readonly namespace: string;
  readonly name: string;
  /** Whose deletion deletes the lease; asked before it is created. Nobody owns it when undefined. */
  readonly owner?: () => Promise<ObjectReference | undefined>;
  /** The lease was gained or lost. */
  readonly changed: (held: boolean) => void;
  /** The API server could not be asked; this is retried. */
  readonly failed: (error: unknown) => void;
}

export interface HeldLease {
  readonly held: () => boolean;
  /** Who holds it, as the API server said last; empty where nobody does. */
  readonly holder: () => string;
  /** Gives the lease back, so that another replica takes it at once. Never rejects: `failed` gets what goes wrong. */
  readonly stop: () => Promise<void>;
}

/** A `coordination.k8s.io/v1` Lease, as far as it matters here. */
interface Lease {
  readonly metadata?: object;
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string };
}

/**
 * Milliseconds. Others take the lease when its holder has not renewed it for `duration` by their own clocks; the holder
 * stops before that, at `deadline`. Shorter than those of client-go's leader election: what the holder repairs is
 * repaired within 10 s, also when the holder has died. A holder that loses the lease because of a slow API server loses
 * nothing else.
 */
const [duration, deadline, renewAfter, interval, timeout] = [6000, 4000, 1500, 1000, 2000];

/** Competes for a Lease, until `stop`: at most one of the replicas holds it. */
export function competeForLease({ api, namespace, name, owner, changed, failed }: LeaseOptions): HeldLease {
  const self = `${hostname()}_${process.pid}_${randomUUID()}`;
  const folder = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const path = `${folder}/${name}`;
  /** When this replica renewed the lease last. */
  let renewed: number | undefined;
  let holder = '';
  let seen = { text: '', at: 0 };
  let looked = 0;
  /** Whether the API server has not answered since. */
  let missed = false;
  let reported = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const held = () => renewed !== undefined && performance.now() - renewed < deadline;

  /** False when another replica came first. */
  async function write(lease: Lease, holderIdentity: string): Promise<boolean> {
    const start = performance.now();
    const time = new Date().toISOString().replace('Z', '000Z'); // microseconds
    const spec = { holderIdentity, leaseDurationSeconds: duration / 1000, acquireTime: time, renewTime: time };
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...lease, spec };
    const created = lease.metadata === undefined;
    const reference = created ? await owner?.() : undefined;
    const metadata = { name, ...(reference ? { ownerReferences: [reference] } : {}) };
    const answer = await api(
      created
        ? { method: 'POST', path: folder, body: { ...body, metadata }, timeout }
        : { method: 'PUT', path, body, timeout },
    );
    if (answer.status === 409) return false;
    if (answer.status >= 300) throw new Error(failureOf(answer));
    renewed = start;
    holder = holderIdentity;
    return true;
  }

  async function compete(): Promise<void> {
    const answer = await api({ path, timeout });
    if (answer.status !== 200 && answer.status !== 404) throw new Error(failureOf(answer));
    const lease = answer.status === 200 ? (answer.body as Lease) : {}; // 200 comes with the lease
    const { holderIdentity = '', renewTime = '' } = lease.spec ?? {};
    const now = performance.now();
    holder = holderIdentity;
    const text = `${holderIdentity} ${renewTime}`;
    // While the API server was away, its holder could not renew the lease either.
    const unseen = missed ? now - looked : 0;
    seen = text === seen.text ? { text, at: seen.at + unseen } : { text, at: now };
    looked = now;
    missed = false;
    if (holderIdentity === self) {
      if (now - (renewed ?? 0) > renewAfter) await write(lease, self);
    } else {
      renewed = undefined;
      if (holderIdentity === '' || now - seen.at > duration) await write(lease, self);
    }
  }

  /** Gives the lease back, if it is still that of this replica. */
  async function release(): Promise<void> {
    const answer = await api({ path, timeout });
    if (answer.status !== 200) throw new Error(failureOf(answer));
    const lease = answer.body as Lease; // 200 comes with the lease
    if (lease.spec?.holderIdentity === self) await write(lease, '');
  }

  async function round(): Promise<void> {
    await compete().catch((error: unknown) => {
      missed = true;
      failed(error);
    });
    if (stopped) return;
    if (held() !== reported) {
      reported = held();
      changed(reported);
    }
    timer = setTimeout(() => {
      running = round();
    }, interval);
    timer.unref();
  }
  let running = round();
  return {
    held,
    holder: () => holder,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      if (held()) await release().catch(failed);
      renewed = undefined;
    },
  };
}
