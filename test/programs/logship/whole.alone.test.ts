// Every line once: to the very last one, over rotation, restarts and receivers that are away.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/pieces/until.ts';
import { createScene, type Scene } from './program.ts';
import { census, type Receiver, startReceiver } from './receiver.ts';

let scene: Scene;
let receiver: Receiver;
beforeEach(async () => {
  scene = createScene();
  receiver = await startReceiver();
});
afterEach(async () => {
  await scene.remove();
  await receiver.close();
});

const start = (...args: string[]) => scene.start('--to=http', `--url=${receiver.url}`, '--format=text', ...args);
const file = (name = 'app.log') => join(scene.logs, name);
const numbered = (from: number, to: number) => {
  let text = '';
  for (let n = from; n <= to; n++) text += `line ${n} of a length that lines of logs have in most of the files\n`;
  return text;
};
const whole = (count: number) => ({ lines: count, missing: [], twice: [] });
const untilReceived = (text: string) =>
  until(`${text} has arrived`, async () => receiver.text().includes(text) || undefined, { seconds: 60, every: 20 });
/** Until it is noted that all of the file has arrived: who is killed before that sends the last batch again. */
const untilNoted = () => {
  const look = async () => {
    const marks = JSON.parse(readFileSync(join(scene.folder, 'state/positions.json'), 'utf8'));
    return marks.some(({ position }: { position: number }) => position === statSync(file()).size) || undefined;
  };
  return until('its place is noted', look, { seconds: 60, every: 20 });
};
const untilOpened = ({ pid }: { readonly pid: number }, path: string) => {
  const opened = () => readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  return until(`${path} is opened`, async () => opened().includes(path) || undefined, { seconds: 60, every: 20 });
};
/** Nothing when it has been closed meanwhile. */
function linkOf(path: string): readonly string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

describe('logship', () => {
  it('ships 100,000 lines that are there when it is told to end, the last without an end, each once', async () => {
    const program = await start();
    writeFileSync(file(), numbered(1, 100_000).slice(0, -1));
    expect(await program.stop()).toBe(0);
    expect(census(receiver.text(), 100_000)).toEqual(whole(100_000));
  });

  it('loses nothing while the receiver is away, refuses connections or answers 503, and says so once', async () => {
    const { port } = receiver;
    const program = await start();
    appendFileSync(file(), numbered(1, 10));
    await untilReceived('line 10 ');
    const first = receiver.text();
    await receiver.close();
    for (let n = 0; n < 20; n++) {
      appendFileSync(file(), numbered(11 + n * 1000, 10 + (n + 1) * 1000));
      await sleep(50);
    }
    receiver = await startReceiver(port);
    receiver.answer(() => ({ status: 503, body: 'not yet' }));
    await until('it was told to wait', async () => receiver.requests.length > 0 || undefined, { seconds: 60 });
    receiver.answer(() => ({ status: 200 }));
    await untilReceived('line 20010 ');
    expect(census(first + receiver.text(), 20_010)).toEqual(whole(20_010));
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1];
    expect(Number(peak)).toBeLessThan(150_000);
    expect(program.said().match(/does not take lines/g)).toHaveLength(1);
    expect(program.said()).toContain('takes lines again');
  });

  it('goes on where it was when it is started again, whether it ended in order or was killed', async () => {
    for (let part = 0; part < 4; part++) {
      appendFileSync(file(), numbered(part * 500 + 1, part * 500 + 500));
      const program = await start();
      await untilReceived(`line ${part * 500 + 500} `);
      await untilNoted();
      await program.stop(part % 2 ? 'SIGKILL' : 'SIGTERM');
    }
    expect(census(receiver.text(), 2000)).toEqual(whole(2000));
  });

  it('begins anew with another file, even one that got the same inode', async () => {
    writeFileSync(file(), numbered(1, 100));
    await (await start()).stop();
    truncateSync(file());
    appendFileSync(file(), 'x'.repeat(100_000));
    await (await start()).stop();
    expect(receiver.text()).toContain('x'.repeat(100_000));
  });

  it('follows files that are renamed, to names that match or not, emptied after a copy, or deleted', async () => {
    const program = await start();
    appendFileSync(file(), numbered(1, 500));
    await untilReceived('line 500 ');
    appendFileSync(file(), numbered(501, 900));
    renameSync(file(), file('app.log.1'));
    appendFileSync(file('app.log.1'), numbered(901, 1000));
    writeFileSync(file('two.log'), numbered(1001, 2000));
    await untilReceived('line 2000 ');
    appendFileSync(file('two.log'), numbered(2001, 3000));
    renameSync(file('two.log'), file('two-1.log'));
    appendFileSync(file('two.log'), numbered(3001, 4000));
    appendFileSync(file('two-1.log'), numbered(4001, 5000));
    await untilReceived('line 5000 ');
    await untilReceived('line 4000 ');
    copyFileSync(file('two.log'), file('two.copy'));
    truncateSync(file('two.log'));
    appendFileSync(file('two.log'), numbered(5001, 5010));
    await untilReceived('line 5010 ');
    writeFileSync(file('short.log'), numbered(5011, 5020));
    await untilOpened(program, file('short.log'));
    rmSync(file('short.log'));
    await program.stop();
    expect(census(receiver.text(), 5020)).toEqual(whole(5020));
  });

  it('finds a file that was renamed to another name while it was away, and no other file', async () => {
    const program = await start();
    appendFileSync(file(), numbered(1, 10));
    await untilReceived('line 10 ');
    expect(await program.stop()).toBe(0);
    appendFileSync(file(), numbered(11, 20));
    renameSync(file(), file('app.log.1'));
    writeFileSync(file('app.log.2'), 'never followed\n');
    writeFileSync(file(), numbered(21, 30));
    await (await start()).stop();
    expect(census(receiver.text(), 30)).toEqual(whole(30));
    expect(receiver.text()).not.toContain('never followed');
  });

  it('tells a new file from the one before by when it was created, also if it begins with the same bytes', async () => {
    for (let n = 1; n <= 3; n++) {
      rmSync(file(), { force: true }); // the next one often gets the same inode
      writeFileSync(file(), 'the app starts\n');
      await sleep(50);
      appendFileSync(file(), 'it has started\n'); // else the time of creation is not known to be one
      await (await start()).stop();
      expect(receiver.text()).toBe('the app starts\nit has started\n'.repeat(n));
    }
  });

  it('reads on in a file that is deleted while the receiver is away', async () => {
    receiver.answer(() => ({ status: 503 }));
    const program = await start();
    appendFileSync(file(), numbered(1, 5000));
    await until('the receiver was asked', async () => receiver.requests.length > 1 || undefined, { seconds: 60 });
    rmSync(file());
    await sleep(500);
    receiver.answer(() => ({ status: 200 }));
    await untilReceived('line 5000 ');
    await program.stop();
    expect(census(receiver.text(), 5000)).toEqual(whole(5000));
  });

  it('in the classic form goes on until the files have been quiet for a while', async () => {
    const program = await start('--linger=5s');
    const ended = program.stop();
    for (let n = 1; n <= 12; n++) {
      await sleep(500);
      appendFileSync(file(), numbered(n, n));
    }
    expect(await ended).toBe(0);
    expect(census(receiver.text(), 12)).toEqual(whole(12));
  });

  it('ships what matches and nothing else: neither other names nor what links lead to elsewhere', async () => {
    mkdirSync(join(scene.logs, 'deep/er'), { recursive: true });
    writeFileSync(join(scene.folder, 'outside.log'), 'secret\n');
    symlinkSync(join(scene.folder, 'outside.log'), file('link.log'));
    symlinkSync(scene.folder, file('all'));
    symlinkSync('app.log', file('current.log'));
    writeFileSync(file(), 'line 1\n');
    writeFileSync(file('app.txt'), 'not this\n');
    writeFileSync(file('.app.log'), 'nor what a shell does not mean\n');
    writeFileSync(join(scene.logs, 'deep/er/b1.log'), 'line 2\n');
    writeFileSync(join(scene.logs, 'deep/er/b22.log'), 'nor this\n');
    await (await start('--file=/var/log/app/*.log', '--file=/var/log/app/**/b?.log')).stop();
    expect(receiver.text().trim().split('\n').sort()).toEqual(['line 1', 'line 2']);
  });

  it('goes on, and sends nothing twice, where it cannot note what the receiver has', async () => {
    const program = await start();
    const inTheWay = async () => {
      mkdirSync(join(scene.folder, 'state/positions.json.new')); // fails while the program has a file there
      return true;
    };
    await until('nothing can be noted any more', inTheWay, { seconds: 60, every: 5 });
    for (let n = 1; n <= 3; n++) {
      appendFileSync(file(), numbered(n, n));
      await untilReceived(`line ${n} `);
    }
    expect(program.said().match(/cannot be noted/g)).toHaveLength(1);
    rmSync(join(scene.folder, 'state/positions.json.new'), { recursive: true });
    appendFileSync(file(), numbered(4, 4));
    await untilReceived('line 4 ');
    expect(await program.stop()).toBe(0);
    await (await start()).stop();
    expect(census(receiver.text(), 4)).toEqual(whole(4));
  });

  it('leaves out only what the receiver refuses, and says what', async () => {
    receiver.answer(({ body }) => ({ status: body.includes('bad') ? 400 : 200, body: 'I cannot read that' }));
    const program = await start();
    appendFileSync(file(), `${numbered(1, 100)}a bad line\n${numbered(101, 200)}`);
    await program.stop();
    expect(census(receiver.text(), 200)).toEqual(whole(200));
    expect(program.said()).toContain('"lines":1,"file":"/var/log/app/app.log","text":"a bad line"');
    expect(program.said()).toContain('I cannot read that');
  });
});
