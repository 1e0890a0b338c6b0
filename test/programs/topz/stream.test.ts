import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const page = new URL('../../../src/programs/topz/page/', import.meta.url);
const { followSnapshots } = await import(new URL('stream.mjs', page).href);

/** Seconds at which the page asked for snapshots. */
let asked: number[];
let states: string[];
let shown: unknown[];
/** What the next requests get: lines of an answer that goes on for ever, or nothing where topz is away. */
let answers: (string[] | undefined)[];

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  [asked, states, shown, answers] = [[], [], [], []];
  vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal('fetch', async (_: string, { signal }: { signal: AbortSignal }) => {
    asked.push(Date.now() / 1000);
    const lines = answers.shift();
    if (!lines) throw new TypeError('Failed to fetch');
    const body = new ReadableStream({
      start(controller) {
        for (const line of lines) controller.enqueue(new TextEncoder().encode(`${line}\n`));
        signal.addEventListener('abort', () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Starts following, which never ends by itself, and lets so many seconds pass. */
async function follow(seconds: number): Promise<void> {
  void followSnapshots({
    token: () => null,
    show: (snapshot: unknown) => shown.push(snapshot),
    tell: (state: string) => states.push(state),
    askToken: async () => {},
  });
  for (let passed = 0; passed < seconds; passed += 0.5) await vi.advanceTimersByTimeAsync(500);
}

it('tries again after 1, 2, 4, 8, 15 and then every 30 seconds', async () => {
  await follow(100);
  expect(asked).toEqual([0, 1, 3, 7, 15, 30, 60, 90]);
  expect(new Set(states)).toEqual(new Set(['lost']));
});

it('begins with a second again once snapshots came', async () => {
  answers = [undefined, undefined, ['{"n":1}']];
  await follow(90);
  expect(asked).toEqual([0, 1, 3, 79, 81, 85]);
  expect(shown).toEqual([{ n: 1 }]);
});

it('gives up a connection that brings nothing for 75 seconds', async () => {
  answers = [['{"n":1}', '{"n":2}'], ['{"n":3}']];
  await follow(80);
  expect(asked).toEqual([0, 76]);
  expect(states).toEqual(['live', 'live', 'lost', 'live']);
});
