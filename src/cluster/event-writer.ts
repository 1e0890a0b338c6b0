import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EventNote } from '../core/event.ts';
import { type Api, failureOf, mergePatch } from './api.ts';

/** An Event, and how often it has happened. */
export interface CountedEvent {
  readonly note: EventNote;
  /** The name of the Event; empty until it is created. */
  readonly name: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** The name of the Event, `gone` where it does not exist any more, or why the API server does not take it. */
export type Written = { readonly name: string } | 'gone' | { readonly refusal: string };

/** Milliseconds: nobody waits for an Event. */
const timeout = 5000;
const controller = 'sidecar.io/injector';

/** Creates Events, and counts those that exist. Rejects where another try can help. */
export function eventWriter(api: Api): (event: CountedEvent) => Promise<Written> {
  const instance = hostname().slice(0, 128);
  return async ({ note: { namespace, regarding, reason, note }, name, count, first, last }) => {
    const folder = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
    const series = count > 1 ? { series: { count, lastObservedTime: microTime(last) } } : {};
    const created = name === '' ? `sidecar-injector.${randomUUID()}` : name;
    const answer = await api(
      name === ''
        ? {
            method: 'POST',
            path: folder,
            timeout,
            body: {
              apiVersion: 'events.k8s.io/v1',
              kind: 'Event',
              metadata: { name: created, namespace },
              eventTime: microTime(first),
              reportingController: controller,
              reportingInstance: instance,
              action: 'Inject',
              reason,
              regarding: { ...regarding, namespace },
              note,
              type: 'Warning',
              ...series,
            },
          }
        : {
            method: 'PATCH',
            path: `${folder}/${name}`,
            timeout,
            body: series,
            contentType: mergePatch,
          },
    );
    if (answer.status < 300) return { name: created };
    if (answer.status === 404 && name !== '') return 'gone';
    if (answer.status === 429 || answer.status >= 500) throw new Error(failureOf(answer));
    return { refusal: failureOf(answer) };
  };
}

function microTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}
