/** @import { Snapshot } from '../processes/snapshot.ts' */

/**
 * @typedef {'waiting' | 'live' | 'lost' | 'refused'} StreamState
 */

/** Seconds before the next attempt, after one, two, … failures in a row. */
const waits = [1, 2, 4, 8, 15, 30];

/** Seconds without a snapshot after which a connection counts as lost: the longest period is a minute. */
const silenceMax = 75;

/**
 * Follows the snapshots, one JSON document per line, and never ends. It uses fetch because an EventSource cannot send a
 * token. While the page is hidden it disconnects, so the server takes fewer samples. It replaces a connection that
 * brings nothing any more, such as after a laptop slept.
 * @param {{ token: () => string | null, show: (snapshot: Snapshot) => void, tell: (state: StreamState) => void, askToken: () => Promise<void> }} given
 */
export async function followSnapshots({ token, show, tell, askToken }) {
  for (let failures = 0; ; ) {
    await visible();
    const stop = new AbortController();
    const hide = () => document.hidden && stop.abort();
    let silence = after(silenceMax, () => stop.abort());
    document.addEventListener('visibilitychange', hide);
    try {
      const key = token();
      /** @type {HeadersInit} */
      const headers = key ? { authorization: `Bearer ${key}` } : {};
      const response = await fetch('topz?format=json&watch&trends', {
        headers,
        signal: stop.signal,
        cache: 'no-store',
      });
      if (response.status === 401) {
        tell('refused');
        await askToken();
        continue;
      }
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      for await (const line of lines(response.body)) {
        clearTimeout(silence);
        silence = after(silenceMax, () => stop.abort());
        show(JSON.parse(line));
        tell('live');
        failures = 0;
      }
      throw new Error('the stream ended');
    } catch {
      if (document.hidden) continue;
      tell('lost');
      await new Promise((done) => after(waits[Math.min(failures, waits.length - 1)] ?? 0, () => done(undefined)));
      failures += 1;
    } finally {
      clearTimeout(silence);
      document.removeEventListener('visibilitychange', hide);
    }
  }
}

/** @param {number} seconds @param {() => void} call */
function after(seconds, call) {
  return setTimeout(call, seconds * 1000);
}

/** @param {ReadableStream<Uint8Array>} body */
async function* lines(body) {
  const reader = body
    .pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (new TextDecoderStream()))
    .getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (rest + part.value).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
}

function visible() {
  return new Promise((done) => {
    if (!document.hidden) return done(undefined);
    document.addEventListener('visibilitychange', done, { once: true });
  });
}
