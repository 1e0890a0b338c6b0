// Files that are made to cost much: what they cost is bounded, and nothing that is a line is lost.
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../e2e/pieces/until.ts';
import { costOf } from '../topz/program.ts';
import { createScene, type Running, type Scene } from './program.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** By hand, with 1024 and 100000. */
const megabytes = Number(process.env.LOGSHIP_MEGABYTES ?? 64);
const files = Number(process.env.LOGSHIP_FILES ?? 11_000);

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

const start = () => scene.start('--to=http', `--url=${receiver.url}`, '--format=text');
const file = (name = 'app.log') => join(scene.logs, name);
const peakOf = ({ pid }: Running) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const untilReceived = (text: string) =>
  until(`${text} has arrived`, async () => receiver.text().includes(text) || undefined, { seconds: 300, every: 50 });

it(`a line of ${megabytes} MB arrives in parts, whole and within the memory of the sidecar`, async () => {
  let bytes = 0;
  receiver.answer(({ body }) => {
    bytes += body.replaceAll('\n', '').length;
    return { status: 200, forget: !body.includes('the end') };
  });
  const program = await start();
  const fd = openSync(file(), 'a');
  for (let n = 0; n < megabytes; n++) writeSync(fd, 'x'.repeat(2 ** 20));
  writeSync(fd, '\nthe end\n');
  closeSync(fd);
  await untilReceived('the end');
  expect(bytes).toBe(megabytes * 2 ** 20 + 'the end'.length);
  const peak = peakOf(program);
  process.stdout.write(`a line of ${megabytes} MB: at most ${Math.round(peak / 1024)} MiB\n`);
  expect(peak).toBeLessThan(190 * 1024);
});

it('nothing but line ends, and a hole of 256 MiB, are no burden', async () => {
  const program = await start();
  writeFileSync(file('ends.log'), '\n'.repeat(300_000));
  appendFileSync(file('ends.log'), 'after the ends\n');
  await untilReceived('after the ends');
  expect(receiver.text().split('\n').length).toBe(300_002);
  writeFileSync(file(), 'before\n');
  await untilReceived('before');
  // As a program leaves it that does not append, when its file is emptied.
  truncateSync(file());
  truncateSync(file(), 2 ** 28);
  appendFileSync(file(), 'after the hole\n');
  await untilReceived('after the hole');
  expect(receiver.text()).not.toContain('\0');
  expect(peakOf(program)).toBeLessThan(190 * 1024);
});

it(`of ${files} files 10,000 are followed, with a warning, at little cost`, async () => {
  for (let n = 0; n < files; n++) writeFileSync(file(`${n}.log`), `line ${n}\n`);
  const program = await start();
  const arrived = () => new Set(receiver.text().match(/line \d+\n/g)).size;
  await until('10,000 lines have arrived', async () => arrived() >= 10_000 || undefined, { seconds: 300, every: 200 });
  expect(program.said().match(/more than 10000 files match/g)).toHaveLength(1);
  await sleep(12_000); // until they are idle
  const [before, began] = [costOf(program.pid), performance.now()];
  await sleep(5000);
  const share = (costOf(program.pid).seconds - before.seconds) / ((performance.now() - began) / 1000);
  process.stdout.write(
    `${files} files: ${(share * 100).toFixed(1)} % of a core, ${Math.round(peakOf(program) / 1024)} MiB\n`,
  );
  // 4 % on a usual machine. It is a quarter where all files are read each time.
  expect(share).toBeLessThan(0.15);
  expect(arrived()).toBe(10_000);
  expect(peakOf(program)).toBeLessThan(190 * 1024);
  // At least some of these are followed; as many of the others take their place.
  for (let n = 0; n < 2000; n++) unlinkSync(file(`${n}.log`));
  await until('another line has arrived', async () => arrived() > 10_000 || undefined, { seconds: 300, every: 200 });
});
