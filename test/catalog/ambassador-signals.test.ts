// The program that follows the Secrets of the ambassador passes the signal that ends the container to HAProxy.
import { type ChildProcess, spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endingWithUs } from '../cluster/daemon.ts';
import { type Folder, makeFolder, outcomeOf } from './ambassador.ts';
import { describeWith } from './programs.ts';

/** Stands for HAProxy's master at the moment when it cannot handle signals: the first one is lost. */
const master = `
  lost=
  trap '[ "$lost" ] && exit 7; lost=yes; echo lost' USR1
  echo ready
  while :; do sleep 0.1; done
`;

describeWith(['haproxy'], 'the ambassador with Secrets, when it is told to end', () => {
  let folder: Folder;
  let child: ChildProcess | undefined;
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    folder.remove();
  });

  it('repeats the signal that HAProxy has lost, and ends with its exit code', { timeout: 30_000 }, async () => {
    const outcome = outcomeOf({
      target: '127.0.0.1:5432',
      port: '5433',
      tls: 'true',
      'tls-name': 'db.example.com',
      'ca-secret': 'ca',
    });
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    for (const name of ['follow', 'haproxy.cfg']) {
      const text = String(outcome.patch.find(({ path }) => path.endsWith(`.${name}`))?.value);
      writeFileSync(join(folder.path, 'config', name), text.replaceAll(/\/(keys|config|tmp)\//g, `${folder.path}/$1/`));
    }
    renameSync(join(folder.path, 'keys/now'), join(folder.path, 'keys/edition'));
    const [command, args] = endingWithUs('sh', [join(folder.path, 'config/follow'), 'sh', '-c', master]);
    const follow = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = follow;
    const said = follow.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    expect((await said.next()).value).toBe('ready\n');
    const ended = new Promise((resolve) => follow.once('exit', resolve));
    follow.kill('SIGUSR1');
    expect((await said.next()).value).toBe('lost\n');
    expect(await ended).toBe(7);
  });
});
