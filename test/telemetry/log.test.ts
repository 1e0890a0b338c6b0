// The log never delays the program: what becomes of lines when the reader is fast, slow, stuck or gone.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { logLevels } from '../../src/core/log.ts';
import { createLog } from '../../src/telemetry/log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

type Line = Readonly<Record<string, unknown>>;
const linesIn = (text: string): Line[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

function logToFile(level: (typeof logLevels)[number] = 'info') {
  const file = join(folder, 'log');
  const fd = openSync(file, 'w');
  return { ...createLog(level, fd), lines: () => linesIn(readFileSync(file, 'utf8')) };
}

/** Both ends of a pipe, neither of which waits for the other. */
function openPipe() {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const chunk = Buffer.alloc(65_536);
  const readSome = () => {
    try {
      return Buffer.from(chunk.subarray(0, readSync(reader, chunk)));
    } catch {
      return Buffer.alloc(0); // nothing to read at the moment
    }
  };
  return { reader, writer, readSome };
}

describe('the log', () => {
  it('is one JSON object for each line, with level, time, fields and message', async () => {
    const { log, end, lines } = logToFile();
    log.info({ pod: 'web ü 🚀' }, 'injected');
    log.error({ err: new Error('lost') }, 'failed\nat last');
    await end();
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(lines()).toEqual([
      { level: 'info', time, pod: 'web ü 🚀', msg: 'injected' },
      { level: 'error', time, msg: 'failed\nat last', err: expect.objectContaining({ message: 'lost' }) },
    ]);
  });

  it.each(logLevels.map((level, i) => [level, logLevels.slice(i)] as const))(
    'of level %s has the lines of these levels: %j',
    async (level, expected) => {
      const { log, end, lines } = logToFile(level);
      for (const each of logLevels) log[each]({}, 'x');
      await end();
      expect(lines().map((line) => line.level)).toEqual(expected);
    },
  );

  it('writes a single line a moment later, without being asked', async () => {
    const { log, end, lines } = logToFile();
    log.info({}, 'first');
    expect(lines()).toEqual([]);
    await vi.waitFor(() => expect(lines()).toHaveLength(1), 30_000);
    await end();
  });

  it('is complete and in order at the end', async () => {
    const { log, end, lines } = logToFile();
    // Together less than the buffer holds: a slow disk delays them and drops none.
    const count = 10_000;
    for (let i = 0; i < count; i++) {
      log.info({ i }, 'x');
      if (i % 1000 === 0) await sleep(1);
    }
    await end();
    expect(lines().map(({ i }) => i)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it('can end twice, and takes lines after the end without effect', async () => {
    const { log, end, lines } = logToFile();
    log.info({}, 'last words');
    await Promise.all([end(), end()]);
    log.error({}, 'nobody reads this');
    await end();
    expect(lines().map(({ msg }) => msg)).toEqual(['last words']);
  });
});

describe('a reader', () => {
  const filler = 'x'.repeat(999);

  it('that is too slow loses lines, and reads how many', async () => {
    const { reader, writer, readSome } = openPipe();
    const { log, end } = createLog('info', writer);
    for (let i = 0; i < 3000; i++) log.info({ i, filler }, 'x');
    const parts: Buffer[] = [];
    let ended = false;
    const ending = end().then(() => {
      ended = true;
    });
    while (!ended) {
      parts.push(readSome());
      await sleep(1);
    }
    await ending;
    for (let part = readSome(); part.length > 0; part = readSome()) parts.push(part);
    closeSync(reader);
    const lines = linesIn(Buffer.concat(parts).toString());
    const kept = lines.filter(({ msg }) => msg === 'x');
    const notes = lines.filter(({ msg }) => msg !== 'x');
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.length).toBeLessThan(3000);
    expect(kept.map(({ i }) => i)).toEqual(kept.map((_, i) => i));
    expect(notes).toEqual([
      expect.objectContaining({
        level: 'warn',
        lines: 3000 - kept.length,
        msg: 'log lines dropped: the reader is too slow',
      }),
    ]);
  });

  it('that does not read at all holds up the end for three seconds only', async () => {
    const { reader, writer } = openPipe();
    const { log, end } = createLog('info', writer);
    const before = performance.now();
    for (let i = 0; i < 3000; i++) log.info({ filler }, 'x');
    await end();
    expect(performance.now() - before).toBeGreaterThan(2900);
    closeSync(reader);
  });

  it('that is gone holds up nothing', async () => {
    const { reader, writer } = openPipe();
    const { log, end } = createLog('info', writer);
    closeSync(reader);
    for (let i = 0; i < 100; i++) log.info({ filler }, 'x');
    await sleep(300);
    for (let i = 0; i < 3000; i++) log.info({ filler }, 'x');
    await end();
    log.info({}, 'nobody reads this');
  });
});

describe('a program whose reader is gone', () => {
  it('ends when it fails', async () => {
    const log = new URL('../../src/telemetry/log.ts', import.meta.url).href;
    const program = `
      const { log, end } = (await import(${JSON.stringify(log)})).createLog('info', process.stdout.fd);
      process.on('uncaughtException', (error) => {
        log.error({ err: error }, 'the program failed');
        void end().then(() => process.exit(7));
      });
      setTimeout(() => { throw new Error('lost'); }, 100);
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.destroy();
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(7);
  });
});
