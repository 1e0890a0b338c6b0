// A container that is stopped while its program is loaded ends as soon as that is: as the first process of a PID
// namespace, which has no default handling of signals.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../catalog/programs.ts';

/** A command line of each program with which it runs until a signal ends it, in the folder where it is. */
const programs: Readonly<Record<string, readonly string[]>> = {
  topz: ['--addr=127.0.0.1:0'],
  jsonmetrics: ['--target=http://127.0.0.1:1/', '--value=a=a', '--web.listen-address=127.0.0.1:0'],
  onlymetrics: ['--target=http://127.0.0.1:1', '--web.listen-address=127.0.0.1:0'],
  filesync: ['--source=none', '--target=.'],
  logship: ['--root=.', '--state=.', '--folder=/a', '--file=/a/b'],
  serve: ['--port=0', '--drain-delay=0s'],
};

/** Before the program is loaded, says so, and waits for a file. */
const preload = `data:text/javascript,
  import { existsSync, writeSync } from 'node:fs';
  writeSync(1, 'loading');
  while (!existsSync('go'));`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-missed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describeWith(['unshare'], 'as the first process, stopped while it is loaded', () => {
  it.each(Object.entries(programs))('%s ends', async (name, args) => {
    const main = new URL(`../../src/main/${name}.ts`, import.meta.url).pathname;
    const command = [process.execPath, `--import=${preload}`, main, ...args];
    const child = spawn('unshare', ['--pid', '--fork', '--mount-proc', '--kill-child', ...command], {
      ...{ cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    const ended = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      process.kill(Number(first), 'SIGTERM');
      writeFileSync(join(folder, 'go'), '');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
