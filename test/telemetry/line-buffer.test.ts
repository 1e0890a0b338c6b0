import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineBuffer } from '../../src/telemetry/line-buffer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a line buffer', () => {
  it('writes every line, in order, also a single one', async () => {
    const file = join(folder, 'log');
    const fd = openSync(file, 'w');
    const buffer = lineBuffer(fd, 10);
    buffer.write('first ü 🚀\n');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('first ü 🚀\n'), 30_000);
    const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`);
    for (const [i, line] of lines.entries()) {
      buffer.write(line);
      if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await buffer.end();
    expect(readFileSync(file, 'utf8') === `first ü 🚀\n${lines.join('')}`).toBe(true);
    closeSync(fd);
  });

  it('writes what it holds when the program ends at once', () => {
    const file = join(folder, 'log');
    const buffer = lineBuffer(openSync(file, 'w'), 1000);
    buffer.write('last words\n');
    buffer.endSync();
    expect(readFileSync(file, 'utf8')).toBe('last words\n');
  });

  it('never waits for a reader: it drops lines, and says how many', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    const buffer = lineBuffer(writer, 10);
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 5000; i++) {
      buffer.write(line);
      if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    let text = '';
    // One in the end, and perhaps more in between, where there was room again for a while.
    const written = () => text.split('\n').slice(0, -1);
    const whole = () => written().filter((one) => !one.startsWith('{'));
    const notes = () => written().flatMap((one) => (one.startsWith('{') ? [JSON.parse(one)] : []));
    const dropped = () => notes().reduce((sum, { lines }) => sum + lines, 0);
    const chunk = Buffer.alloc(65_536);
    await vi.waitFor(() => {
      try {
        text += chunk.toString('utf8', 0, readSync(reader, chunk));
      } catch {
        // nothing to read at the moment
      }
      expect(whole().length + dropped()).toBe(5000);
    }, 30_000);
    expect(text.endsWith('}\n')).toBe(true);
    expect(whole().every((one) => one.length === 999)).toBe(true);
    expect(new Set(notes().map(({ level }) => level))).toEqual(new Set(['warn']));
    await buffer.end();
    closeSync(reader);
    buffer.write('nobody reads this\n');
    closeSync(writer);
  });
});
