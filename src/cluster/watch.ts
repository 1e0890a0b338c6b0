import type { Resource } from './resource.ts';
import { bodyOf, type Send } from './send.ts';

/** What went wrong, as the API server says it. */
export interface WatchError {
  readonly type: 'ERROR';
  readonly object: { readonly code?: number; readonly message?: string };
}

export type WatchEvent<T extends Resource> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: T }
  | WatchError;

export interface WatchOptions {
  readonly path: string;
  /** Selectors, for the query. */
  readonly selected: Readonly<Record<string, string>>;
  /** The changes after this version. */
  readonly version: string;
  readonly stopped: AbortSignal;
  readonly within?: Within;
}

/**
 * Milliseconds in which the API server has to answer, and after which a connection without events counts as lost: about
 * once a minute comes a bookmark.
 */
interface Within {
  readonly answer: number;
  readonly event: number;
}

const usual: Within = { answer: 30_000, event: 90_000 };
/** Characters of an event; an object has 1.5 MiB at most. */
const maxEvent = 16 * 1024 * 1024;

/**
 * The changes of a list as the API server sends them, until the connection ends. An answer that refuses the watch is an
 * `ERROR` too. Throws when the API server cannot be reached, or when the connection breaks.
 */
export async function* watchEvents<T extends Resource>(
  send: Send,
  { path, selected, version, stopped, within = usual }: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  const silence = new AbortController();
  const endAfter = (wait: number) => setTimeout(() => silence.abort(), wait);
  let timer = endAfter(within.answer);
  const heard = () => {
    clearTimeout(timer);
    timer = endAfter(within.event);
  };
  let open = false;
  try {
    const asked = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion: version };
    const query = new URLSearchParams({ ...selected, ...asked });
    const response = await send({ path: `${path}?${query}`, signal: AbortSignal.any([stopped, silence.signal]) });
    if (response.statusCode !== 200) {
      const status = (await bodyOf(response)) ?? { code: response.statusCode, message: 'there is no such path' };
      yield { type: 'ERROR', object: status as WatchError['object'] }; // a Status of the API server
      return;
    }
    open = true;
    heard();
    let rest = '';
    response.setEncoding('utf8');
    for await (const text of response) {
      heard();
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxEvent) throw new Error(`an event is larger than ${maxEvent} characters`);
      for (const line of lines) yield JSON.parse(line);
    }
  } catch (error) {
    if (!silence.signal.aborted) throw error;
    if (!open) throw new Error(`the API server did not answer within ${within.answer / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}
