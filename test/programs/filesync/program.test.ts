import { chmodSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesync, type Running, run, until } from './program.ts';
import { createScene, type Scene } from './volume.ts';

let scene: Scene;
let running: Running[];
beforeEach(() => {
  scene = createScene();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop('SIGKILL')));
  scene.remove();
});

const started = (each: Running) => {
  running.push(each);
  return each;
};
const folders = () => [`--source=${scene.source}`, `--target=${scene.target}`];
const keep = (...args: string[]) => started(filesync(...folders(), '--period=5ms', ...args));
const seen = (name: string) => readFileSync(join(scene.files, name), 'utf8');
const root = process.getuid?.() === 0;

/** A program of that name, which says when it gets SIGHUP. */
const daemon = async (name: string, uid?: number) => {
  const script = 'trap "echo told" HUP; echo ready; while :; do sleep 0.02; done';
  const app = started(run('sh', ['-c', script], { argv0: `/usr/sbin/${name}`, ...(uid ? { uid } : {}) }));
  await until(`${name} runs`, () => app.output().includes('ready'));
  return app;
};

describe('filesync', () => {
  it('brings 1,000 changes in a row to a reader that never sees half a file', async () => {
    const content = (n: number) => `${n}\n`.repeat(4000 + (n % 7) * 3000);
    scene.write({ a: content(0), b: content(0) });
    keep();
    await until('there is a first content', () => filesOfScene() === 2);
    let reads = 0;
    const read = async (name: string) => {
      const text = await readFile(join(scene.files, name), 'utf8');
      const n = Number.parseInt(text, 10);
      expect(text === content(n), `all of ${name} is of edition ${n}`).toBe(true);
      reads += 1;
      return n;
    };
    for (let n = 1; n <= 1000; n++) {
      scene.write({ a: content(n), b: content(n) });
      while ((await read('a')) < n || (await read('b')) < n) expect(reads).toBeLessThan(1_000_000);
    }
    expect(reads).toBeGreaterThan(2000);
  });

  it('follows a renewed Secret within its period, also after a renewal that was undone at once', async () => {
    const period = 500;
    scene.write({ token: 'edition 0' });
    started(filesync(...folders(), `--period=${period}ms`));
    await until('there is a first content', () => filesOfScene() === 1);
    for (let n = 1; n <= 10; n++) {
      scene.write({ token: 'undone' });
      scene.write({ token: `edition ${n}` });
      const began = performance.now();
      await until(`edition ${n} is there`, () => seen('token') === `edition ${n}`);
      expect(performance.now() - began).toBeLessThan(10 * period);
    }
  });

  it('fills the folder before the app starts (--once), and says when that is done (--ready)', async () => {
    scene.write({ a: '1' });
    expect(await filesync(...folders(), '--ready').ended).toBe(1);
    const once = filesync(...folders(), '--once', '--call=http://localhost:1/');
    expect(await once.ended).toBe(0);
    expect(once.lines()).toEqual([
      expect.objectContaining({ level: 'info', msg: 'files changed', written: ['a'], removed: [] }),
    ]);
    expect(seen('a')).toBe('1');
    expect(await filesync(...folders(), '--ready').ended).toBe(0);
  });

  it('ends at once with SIGTERM', async () => {
    scene.write({ a: '1' });
    const program = keep();
    await until('it runs', () => filesOfScene() === 1);
    const began = performance.now();
    expect(await program.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  it('says what keeps it from filling the folder', async () => {
    const empty = filesync(...folders(), '--once');
    expect([await empty.ended, empty.output()]).toEqual([1, expect.stringMatching(/ENOENT.*\.\.data/)]);
    scene.write({ a: '1' });
    const outside = filesync(`--source=${scene.source}`, '--target=/proc/nowhere', '--once');
    expect([await outside.ended, outside.output()]).toEqual([1, expect.stringMatching(/\/proc\/nowhere/)]);
  });

  it.skipIf(!root)('as a user without rights says which file it may not read or write (needs root)', async () => {
    scene.write({ a: '1' });
    chmodSync(join(scene.source, '..edition-1', 'a'), 0o400);
    chmodSync(scene.target, 0o755);
    const main = new URL('../../../src/main/filesync.ts', import.meta.url).pathname;
    const asNobody = async () => {
      const program = run(process.execPath, [main, ...folders(), '--once'], { uid: 65_532 });
      return [await program.ended, program.output()];
    };
    expect(await asNobody()).toEqual([1, expect.stringMatching(/EACCES.*edition-1\/a/)]);
    chmodSync(join(scene.source, '..edition-1', 'a'), 0o444);
    expect(await asNobody()).toEqual([1, expect.stringMatching(/EACCES.*target/)]);
    chmodSync(scene.target, 0o777);
    expect((await asNobody())[0]).toBe(0);
  });

  it.each([
    ['--sorce=/x', /Unknown flag --sorce\. Did you mean --source\?/],
    ['--mode=999', /Invalid value "999" for --mode\. Write octal digits/],
    ['--mode=0044', /"0044" for --mode/],
    ['--signal=KILL', /Invalid value "KILL" for --signal\. Write HUP, USR1/],
    ['--process=nginx', /Set both --signal and --process, or neither/],
    ['--call=http://example.com/', /Invalid value "http:\/\/example\.com\/" for --call\. Write http:\/\/localhost/],
    ['--call=http://localhost@example.com/', / for --call\./],
    ['--call=https://localhost/', / for --call\./],
    ['--method=DELETE', /Invalid value "DELETE" for --method\. Write GET/],
    ['--period=soon', /Invalid value "soon" for --period\. Write a duration .*such as 1s/],
    ['stray', /Unexpected argument "stray"/],
  ])('refuses %s', async (flag, message) => {
    const program = filesync(flag);
    expect([await program.ended, program.output()]).toEqual([2, expect.stringMatching(message)]);
  });

  it('tells all problems of a command line, and explains itself', async () => {
    const wrong = filesync('--mode=1', '--method=x');
    expect([await wrong.ended, wrong.output().trim().split('\n').length]).toEqual([2, 2]);
    const help = filesync('--help');
    expect([await help.ended, help.output()]).toEqual([0, expect.stringContaining('--process NAME')]);
  });
});

describe('the app', () => {
  it('gets the signal after each change, and none for the first content', async () => {
    const app = await daemon('legacyd');
    scene.write({ a: '1' });
    const program = keep('--signal=HUP', '--process=legacyd');
    await until('there is a first content', () => filesOfScene() === 1);
    for (const n of [2, 3]) {
      scene.write({ a: `${n}` });
      await until(`told ${n - 1} times`, () => app.output().split('told').length === n);
      expect(seen('a')).toBe(`${n}`);
    }
    const told = await until('it says so', () => {
      const lines = program.lines().filter(({ msg }) => msg === 'notified the app');
      return lines.length >= 2 && lines;
    });
    expect(told.map(({ by }) => by)).toEqual(['SIGHUP to legacyd', 'SIGHUP to legacyd']);
  });

  it('is looked for until it runs, and needs no signal then: it has read the new files', async () => {
    scene.write({ a: '1' });
    const program = keep('--signal=HUP', '--process=lateriser');
    await until('there is a first content', () => filesOfScene() === 1);
    scene.write({ a: '2' });
    const why = await until('it says so', () => program.lines().find(({ level }) => level === 'warn')?.why);
    expect(why).toMatch(/^no process is called lateriser; there are .*\w/);
    await sleep(200); // by more than the age of a process is uncertain
    const app = await daemon('lateriser');
    const how = await until('it is found', () => program.lines().find(({ how }) => how)?.how);
    expect(how).toBe(`${app.pid} started after the change`);
    expect(app.output()).not.toContain('told');
  });

  it.skipIf(!root)('of another user cannot be told, and the log says whose it is (needs root)', async () => {
    await daemon('foreignd', 65_533);
    scene.write({ a: '1' });
    chmodSync(scene.target, 0o777);
    const main = new URL('../../../src/main/filesync.ts', import.meta.url).pathname;
    const args = [main, ...folders(), '--period=5ms', '--signal=HUP', '--process=foreignd'];
    const program = started(run(process.execPath, args, { uid: 65_532 }));
    await until('there is a first content', () => filesOfScene() === 1);
    scene.write({ a: '2' });
    const why = await until('it says so', () => program.lines().find(({ level }) => level === 'warn')?.why);
    expect(why).toMatch(/^foreignd \(\d+\) runs as user 65533, this one as 65532/);
    const own = await daemon('foreignd', 65_532);
    scene.write({ a: '3' });
    await until('one of its own user is told', () => own.output().includes('told'));
  });

  it('is called after each change, again where that failed, and also by the next run', async () => {
    const calls: string[] = [];
    let status = 500;
    const server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url} ${seen('a')}`);
      response.writeHead(status).end('body');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo; // listening on TCP
    const url = `--call=http://localhost:${port}/reload?x=1`;
    scene.write({ a: '1' });
    const first = keep(url, '--method=PUT');
    await until('there is a first content', () => filesOfScene() === 1);
    scene.write({ a: '2' });
    const warnings = () => first.lines().filter(({ level }) => level === 'warn');
    await until('it was called twice, and told of both', () => calls.length >= 2 && warnings().length >= 2);
    expect(warnings().slice(0, 2)).toMatchObject([
      { why: 'the answer is 500', again: '1s' },
      { why: 'the answer is 500', again: '2s' },
    ]);
    await first.stop();
    status = 204;
    const second = keep(url);
    await until('it is told', () => second.output().includes('notified the app'));
    expect([...new Set(calls)]).toEqual(['PUT /reload?x=1 2', 'POST /reload?x=1 2']);
    expect(calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
    server.close();
  });
});

/** How many files the app sees, once the folder is complete. */
function filesOfScene(): number {
  try {
    const { phase, files } = JSON.parse(readFileSync(join(scene.target, 'state'), 'utf8'));
    return phase === 'settled' ? files.length : 0;
  } catch {
    return 0;
  }
}
