import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { openApi } from '../cluster/api.ts';
import { createEventQueue, type EventQueue } from '../cluster/event-queue.ts';
import type { EventResult } from '../cluster/event-series.ts';
import { eventWriter } from '../cluster/event-writer.ts';
import { createOwners } from '../cluster/owners.ts';
import type { Log } from '../core/log.ts';

/** Milliseconds that the end waits for Events that are not written yet. */
const endBound = 2000;

export interface Events extends EventQueue {
  /** Resolves when everything is written, or after two seconds. */
  readonly end: () => Promise<void>;
}

/** Writes Events into the cluster, over connections of its own: they never delay a lookup that a pod waits for. */
export function openEvents(kubeConfig: KubeConfig, log: Log, done: (result: EventResult) => void): Events {
  const api = openApi(kubeConfig);
  const queue = createEventQueue({
    rootOf: createOwners(api),
    write: eventWriter(api),
    done,
    failed: ({ namespace, regarding: { kind, name }, reason }, problem) =>
      log.warn({ namespace, owner: `${kind}/${name}`, reason, problem }, 'an Event could not be written'),
  });
  return {
    ...queue,
    async end() {
      const deadline = performance.now() + endBound;
      while (queue.size() > 0 && performance.now() < deadline) await sleep(20);
    },
  };
}
