import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/programs/topz/clock.ts';
import { createFeed } from '../../../src/programs/topz/feed.ts';
import { hostCheck } from '../../../src/programs/topz/http/hosts.ts';
import { buildServer } from '../../../src/programs/topz/http/server.ts';
import { tokenGuard } from '../../../src/programs/topz/http/token.ts';
import { loadPage, pageFolder } from '../../../src/programs/topz/page-files.ts';
import { openProc } from '../../../src/programs/topz/proc/folder.ts';
import { createViewer } from '../../../src/programs/topz/viewer.ts';

export const realClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A running topz over any proc folder, on a port of its own; `samples` counts how often it looked. */
export async function serve(
  root: string,
  {
    token = undefined as (() => string | undefined) | undefined,
    basePath = '',
    hosts = [] as string[],
    period = 250,
    before = () => {},
    limits = new Map<string, number>(),
    port = 0,
  } = {},
): Promise<{ url: string; samples: () => number; stop: () => Promise<void> }> {
  const take = createViewer(openProc(root), { mask: 'secrets', limits }, realClock);
  let samples = 0;
  const feed = createFeed(
    () => {
      samples += 1;
      before();
      return take();
    },
    period,
    realClock,
  );
  const server = buildServer({
    feed,
    page: loadPage(pageFolder),
    guard: token && tokenGuard(token),
    hosts: hostCheck(hosts),
    basePath,
  });
  await new Promise<void>((done, fail) => server.on('error', fail).listen(port, '127.0.0.1', done));
  const bound = server.address() as AddressInfo; // a TCP server that listens
  return {
    url: `http://127.0.0.1:${bound.port}`,
    samples: () => samples,
    async stop() {
      feed.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
