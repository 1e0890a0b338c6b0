import { setTimeout as pause } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf } from '../core/message-of.ts';
import { type Api, failureOf } from './api.ts';
import { keyOf, type Resource } from './resource.ts';
import { createSend } from './send.ts';
import { watchEvents } from './watch.ts';

/** What is followed. */
export interface Source<T extends Resource> {
  readonly kubeConfig: KubeConfig;
  readonly api: Api;
  /** Of the list. */
  readonly path: string;
  /** The name of the only object that is followed; all of the list when undefined. */
  readonly name?: string;
  /** The part of an object that is kept in memory; all of it when undefined. */
  readonly keep?: (object: T) => T;
  /** Milliseconds in which changes are collected. */
  readonly together?: number;
}

export interface Listener<T> {
  /** All objects, after the first list and after each change. Changes that come together are reported once. */
  readonly changed: (objects: readonly T[]) => void;
  /** The connection failed; it is tried again without end. */
  readonly failed: (message: string) => void;
  /** The API server does not know the kind, so there are no objects of it; it is asked again without end. */
  readonly unknown: () => void;
  /** Something was asked for, or came. */
  readonly observed?: (what: 'list' | 'watch' | 'event') => void;
}

interface List<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

/** Objects that one answer holds at most. */
const pageSize = 250;
/** Milliseconds. */
const [firstRetry, lastRetry] = [500, 30_000];
/** Until a kind that the API server does not know is asked for again. */
const unknownRetry = 5_000;

/** Follows a list of the API server until `stop`. What was last known stays in use while the connection is gone. */
export function follow<T extends Resource>(
  { kubeConfig, api, path, name, keep = (object) => object, together = 50 }: Source<T>,
  { changed, failed, unknown, observed }: Listener<T>,
): { readonly stop: () => void } {
  const send = createSend(kubeConfig);
  const selected: Record<string, string> = name === undefined ? {} : { fieldSelector: `metadata.name=${name}` };
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let objects = new Map<string, T>();
  /** What the objects are known up to; undefined when they have to be listed. */
  let version: string | undefined;
  let isKnown = true;
  let retry = firstRetry;
  let timer: NodeJS.Timeout | undefined;

  function report(wait: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed([...objects.values()]);
    }, wait);
  }

  /** The version that the list has; undefined when the API server does not know the kind. */
  async function list(): Promise<string | undefined> {
    const found = new Map<string, T>();
    for (let next = ''; ; ) {
      const query = new URLSearchParams({
        ...selected,
        limit: String(pageSize),
        ...(next === '' ? {} : { continue: next }),
      });
      const answer = await api({ path: `${path}?${query}` });
      if (answer.status === 404) {
        if (isKnown) unknown();
        isKnown = false;
        objects = new Map();
        return undefined;
      }
      if (answer.status !== 200) throw new Error(failureOf(answer));
      const { metadata, items } = answer.body as List<T>; // the list of that path
      for (const item of items) found.set(keyOf(item), keep(item));
      next = metadata.continue ?? '';
      if (next !== '') continue;
      isKnown = true;
      objects = found;
      return metadata.resourceVersion;
    }
  }

  async function watch(from: string): Promise<void> {
    for await (const event of watchEvents<T>(send, { path, selected, version: from, stopped })) {
      if (event.type === 'ERROR') {
        const { code, message } = event.object;
        version = undefined;
        // The API server no longer has the changes since then, or no longer knows the kind.
        if (code === 410 || code === 404) return;
        throw new Error(`${code}: ${message}`);
      }
      observed?.('event');
      const { type, object } = event;
      version = object.metadata?.resourceVersion;
      retry = firstRetry;
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') objects.delete(keyOf(object));
      else objects.set(keyOf(object), keep(object));
      report(together);
    }
  }

  async function run(): Promise<void> {
    while (!stopped.aborted) {
      try {
        if (version === undefined) {
          version = await list();
          if (stopped.aborted) return;
          observed?.('list');
          retry = isKnown ? firstRetry : unknownRetry;
          report(0);
        }
        if (version !== undefined) {
          observed?.('watch');
          await watch(version);
          retry = firstRetry;
        }
      } catch (error) {
        if (!stopped.aborted) failed(`${path}: ${messageOf(error)}`);
      }
      await pause(retry, undefined, { ref: false, signal: stopped }).catch(() => undefined);
      retry = Math.min(retry * 2, lastRetry);
    }
  }
  void run();
  return {
    stop() {
      stopping.abort();
      clearTimeout(timer);
    },
  };
}
