import { readFileSync } from 'node:fs';
import { listen } from '../programs/kit/http-server.ts';
import { logOn } from '../programs/kit/log.ts';
import { runProgram, SettingError, untilEnding } from '../programs/kit/program.ts';
import type { Clock } from '../programs/topz/clock.ts';
import { createFeed } from '../programs/topz/feed.ts';
import { hostCheck } from '../programs/topz/http/hosts.ts';
import { buildServer } from '../programs/topz/http/server.ts';
import { tokenGuard } from '../programs/topz/http/token.ts';
import { loadPage, pageFolder } from '../programs/topz/page-files.ts';
import { openProc } from '../programs/topz/proc/folder.ts';
import { type Settings, topz } from '../programs/topz/settings.ts';
import { createViewer } from '../programs/topz/viewer.ts';
import { version } from './version.ts';

const say = logOn(process.stdout);

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

async function start(settings: Settings, ending: AbortSignal): Promise<number> {
  const { addr, period, mask, limits, hosts, 'token-file': tokenFile, 'base-path': basePath } = settings;
  if (tokenFile && !readToken(tokenFile))
    throw new SettingError(
      `--token-file=${tokenFile} is empty or cannot be read. Mount the Secret that holds the token.`,
    );
  const proc = openProc(settings.proc);
  if (proc.pids().length === 0)
    throw new SettingError(`--proc=${settings.proc} has no processes. Write /proc, or where procfs is mounted.`);

  const feed = createFeed(createViewer(proc, { mask, limits }, clock), period, clock);
  const guard = tokenFile ? tokenGuard(() => readToken(tokenFile)) : undefined;
  const url = await listen(
    buildServer({ feed, page: loadPage(pageFolder), guard, hosts: hostCheck(hosts), basePath }),
    addr,
    '--addr',
  );
  say('info', 'listening', { url: `${url}${basePath}/topz` });
  await untilEnding(ending);
  return 0;
}

// A CommonJS bundle has no `await` at its top.
void runProgram(topz, version, start);
