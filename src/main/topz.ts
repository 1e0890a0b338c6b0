import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../programs/topz/clock.ts';
import { createFeed } from '../programs/topz/feed.ts';
import { hostCheck } from '../programs/topz/http/hosts.ts';
import { buildServer } from '../programs/topz/http/server.ts';
import { tokenGuard } from '../programs/topz/http/token.ts';
import { loadPage, pageFolder } from '../programs/topz/page-files.ts';
import { openProc } from '../programs/topz/proc/folder.ts';
import { parseSettings, type Settings } from '../programs/topz/settings/settings.ts';
import { usage } from '../programs/topz/settings/usage.ts';
import { createViewer } from '../programs/topz/viewer.ts';

const clock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The token as the file holds it now; `undefined` if the file is empty or cannot be read. */
function readToken(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function start({ addr, period, mask, limits, proc, basePath, hosts, tokenFile }: Settings): void {
  const feed = createFeed(createViewer(openProc(proc), { mask, limits }, clock), period, clock);
  const guard = tokenFile ? tokenGuard(() => readToken(tokenFile)) : undefined;
  const server = buildServer({ feed, page: loadPage(pageFolder), guard, hosts: hostCheck(hosts), basePath });

  server.on('error', (error: NodeJS.ErrnoException) => {
    const taken = error.code === 'EADDRINUSE';
    const fix = taken ? ' Another container of the pod listens there: choose another port with --addr.' : '';
    process.stderr.write(`topz cannot listen on ${addr.host ?? ''}:${addr.port}: ${error.message}.${fix}\n`);
    process.exit(1);
  });
  server.listen(addr.port, addr.host, () => {
    const bound = server.address() as AddressInfo; // listening on TCP, so it is neither null nor a pipe's name
    const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
    process.stdout.write(`topz shows the processes at http://${host}:${bound.port}${basePath}/topz\n`);
  });

  // The first process of a PID namespace gets no default handling of signals.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      feed.stop();
      server.close(() => process.exit(0));
      server.closeAllConnections();
    });
  }
}

const parsed = parseSettings(process.argv.slice(2), process.env);
if ('help' in parsed) process.stdout.write(usage());
else if ('problems' in parsed) {
  for (const { code, message, fix } of parsed.problems) process.stderr.write(`${code} ${message} ${fix}\n`);
  process.exitCode = 2;
} else if (parsed.settings.tokenFile && !readToken(parsed.settings.tokenFile)) {
  const file = parsed.settings.tokenFile;
  process.stderr.write(`TOPZ-004 The token file ${file} is empty or cannot be read. Mount the Secret that holds it.\n`);
  process.exitCode = 2;
} else if (openProc(parsed.settings.proc).pids().length === 0) {
  const { proc } = parsed.settings;
  process.stderr.write(`TOPZ-005 There is no process in ${proc}. Write --proc=/proc, or where procfs is mounted.\n`);
  process.exitCode = 2;
} else start(parsed.settings);
