import type { KubeConfig } from '@kubernetes/client-node';
import type { ObjectReference } from '../core/event.ts';
import { messageOf } from '../core/message-of.ts';
import type { Api } from './api.ts';
import { follow } from './follow.ts';
import {
  changedBy,
  isAsWanted,
  type OwnObject,
  RefusedObject,
  readObject,
  type StoredObject,
  writeObject,
} from './own-object.ts';
import { createRounds } from './rounds.ts';

export interface KeepOptions {
  readonly api: Api;
  readonly kubeConfig: KubeConfig;
  /** The path of its kind: `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations`. */
  readonly kindPath: string;
  readonly name: string;
  /** How the object must be; undefined as long as that is not known. */
  readonly wanted: () => OwnObject | undefined;
  /** What of it is written first after somebody has deleted it; all at once when undefined. */
  readonly urgent?: (wanted: OwnObject) => OwnObject;
  /** Who owns it; asked before each write. */
  readonly owner: () => Promise<ObjectReference | undefined>;
  /** Whether this replica is the one that writes. Another one only writes an object that stays missing. */
  readonly isWriter: () => boolean;
  /** What the cluster has, after each look. */
  readonly seen: (stored: StoredObject | undefined) => void;
  /** The object was written, because it was missing or because somebody had changed it. */
  readonly wrote: (reason: string) => void;
  /** The API server does not take the object. Whether another one is wanted now. */
  readonly refused?: (refusal: RefusedObject) => boolean;
  readonly failed: (message: string) => void;
}

export interface Kept {
  /** To be called when what is wanted may be another one, or when this replica has become the writer. */
  readonly look: () => void;
  readonly stop: () => void;
}

/**
 * Milliseconds. A look follows each event of a watch; between them, `every` finds what a watch that has died in silence
 * does not bring. The writer has `grace` to write a missing object. Writes of one object that is there are `firstPause`
 * apart at least, and up to `longestPause` when somebody else writes it again and again.
 */
const [every, grace, firstPause, longestPause, quiet] = [4000, 2000, 250, 4000, 60_000];

/** Keeps one object of the cluster as it must be, until `stop`. */
export function keep(options: KeepOptions): Kept {
  const { api, kubeConfig, kindPath, name, wanted, isWriter, seen, failed } = options;
  const path = `${kindPath}/${name}`;
  let owner: ObjectReference | undefined;
  let missingSince: number | undefined;
  let wasThere = false;
  let written = { at: Number.NEGATIVE_INFINITY, pause: firstPause };
  let reported = { message: '', at: 0 };
  let stopped = false;

  /** Milliseconds until the object may be written. */
  function waitFor(stored: StoredObject | undefined): number {
    const now = performance.now();
    if (stored) return isWriter() ? written.at + written.pause - now : every;
    missingSince ??= now;
    return isWriter() ? 0 : missingSince + grace - now;
  }

  /** Milliseconds until the next look. */
  async function round(): Promise<number> {
    const stored = await readObject(api, path);
    if (stored) missingSince = undefined;
    wasThere ||= stored !== undefined;
    seen(stored);
    const object = wanted();
    if (object) owner ??= await options.owner();
    if (stopped || !object || (stored && isAsWanted(stored, object, owner))) return every;
    const wait = waitFor(stored);
    if (wait > 0) return Math.min(wait, every);
    await write(object, stored);
    return every;
  }

  async function write(object: OwnObject, before: StoredObject | undefined): Promise<void> {
    owner = await options.owner();
    if (stopped) return;
    const now = performance.now();
    const often = now - written.at < quiet;
    written = { at: now, pause: often ? Math.min(written.pause * 2, longestPause) : firstPause };
    if (!before && wasThere && options.urgent) await writeObject(api, path, options.urgent(object), owner);
    seen(await writeObject(api, path, object, owner, before));
    options.wrote(before ? `it had been changed${by(changedBy(before))}` : 'it was missing');
  }

  /** The same failure is reported once a minute. */
  function report(message: string): void {
    const now = performance.now();
    if (message === reported.message && now - reported.at < quiet) return;
    reported = { message, at: now };
    failed(message);
  }

  const rounds = createRounds(() =>
    round().catch((error: unknown) => {
      if (error instanceof RefusedObject && options.refused?.(error)) return 0;
      report(`${path}: ${messageOf(error)}`);
      return every;
    }),
  );
  const { look } = rounds;
  const nothing = () => ({ metadata: { name } });
  const source = { kubeConfig, api, path: kindPath, name, keep: nothing };
  const watch = follow(source, { changed: look, failed, unknown: () => {} });
  look();
  return {
    look,
    stop() {
      stopped = true;
      rounds.stop();
      watch.stop();
    },
  };
}

function by(manager: string | undefined): string {
  return manager === undefined ? '' : ` by ${manager}`;
}
