// What many and large requests cost the server, and whether others are answered meanwhile.
import { readdirSync, readFileSync } from 'node:fs';
import { connect as connectPlain, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startWebhook, type Webhook } from '../../demo/webhook.ts';
import { git, review } from './running-server.ts';

const chart = new URL('../../charts/sidecar-injector/values.yaml', import.meta.url);
const { memory } = parse(readFileSync(chart, 'utf8')).resources.limits;
const limit = Number(memory.replace(/Mi$/, ''));

let webhook: Webhook;
const sockets = new Set<Socket>();
beforeEach(async () => {
  webhook = await startWebhook([], [`--max-old-space-size=${limit / 2}`]);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await webhook.stop();
});

/** A connection of somebody who means no good; its end is no error. */
function open(): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(webhook.url).port), rejectUnauthorized: false });
  sockets.add(socket);
  socket.resume();
  socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  return new Promise((resolve) => {
    socket.once('secureConnect', () => resolve(socket)).once('close', () => resolve(socket));
  });
}

/** Sends a review that never ends: all of its bytes but the last. */
async function sendEndless(bytes: number): Promise<void> {
  const socket = await open();
  socket.write(
    `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes + 1}\r\n\r\n`,
  );
  const closed = new Promise((done) => socket.once('close', done));
  const piece = Buffer.alloc(64 * 1024, 'x');
  for (let sent = 0; sent < bytes && socket.writable; sent += piece.length) {
    const rest = piece.subarray(0, bytes - sent);
    if (!socket.write(rest)) await Promise.race([new Promise((done) => socket.once('drain', done)), closed]);
  }
}

/** Sends a body in which each byte is a chunk of its own: the first line of the answer, or nothing. */
async function sendChunks(count: number): Promise<string> {
  const socket = await open();
  let answer = '';
  const closed = new Promise((done) => socket.once('close', done));
  socket.on('data', (data) => {
    answer += String(data);
  });
  socket.write(
    'POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const piece = '1\r\n \r\n'.repeat(10_000);
  for (let sent = 0; sent < count && answer === '' && socket.writable; sent += 10_000)
    if (!socket.write(piece)) await Promise.race([new Promise((done) => socket.once('drain', done)), closed]);
  await Promise.race([closed, sleep(20_000)]);
  return answer.split('\r\n')[0] ?? '';
}

/** Sends a review in two parts, with a pause between them: the first line of the answer, or nothing. */
async function sendSlowly(pause: number): Promise<string> {
  const socket = await open();
  const body = review(git);
  socket.write(
    `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
  );
  socket.write(body.slice(0, 100));
  await sleep(pause);
  const answered = new Promise<string>((done) => {
    socket.once('data', (data) => done(String(data).split('\r\n')[0] ?? '')).once('close', () => done(''));
  });
  socket.write(body.slice(100));
  return answered.finally(() => socket.destroy());
}

/** Opens connections that say nothing, again and again, until `stop`. */
function flood() {
  const silent = new Set<Socket>();
  let opened = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 20; i++, opened++) {
      const socket = connectPlain(Number(new URL(webhook.url).port), '127.0.0.1');
      silent.add(socket);
      socket.on('error', () => {}).on('close', () => silent.delete(socket));
    }
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      for (const socket of silent) socket.destroy();
      return opened;
    },
  };
}

/** MiB: the most that the process ever had. */
const peak = () =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${webhook.pid}/status`, 'utf8'))?.[1]) / 1024);

/** Answers reviews until `stop`: how long each took. */
function bystander() {
  const times: number[] = [];
  let over = false;
  const running = (async () => {
    while (!over) {
      const { status, body, milliseconds } = await webhook.post(review(git));
      expect([status, JSON.parse(body).response.patchType]).toEqual([200, 'JSONPatch']);
      times.push(milliseconds);
      await sleep(20);
    }
  })();
  return {
    async stop() {
      over = true;
      await running;
      return times.sort((a, b) => a - b);
    },
  };
}

const report = (what: string, times: readonly number[]) =>
  console.log(
    `${what}: peak ${peak()} MiB of ${memory}; ${times.length} reviews meanwhile, ` +
      `p50 ${Math.round(times[times.length >> 1] ?? 0)} ms, slowest ${Math.round(times.at(-1) ?? 0)} ms`,
  );

describe('the server', () => {
  it('with 100 bodies that never end stays within the memory of the chart, and answers others within a second', async () => {
    const others = bystander();
    await Promise.all(Array.from({ length: 100 }, () => sendEndless(6.9 * 2 ** 20)));
    await expect
      .poll(() => sockets.size, { timeout: 60_000, message: 'bodies of 6.9 MiB within 48 MiB' })
      .toBeLessThan(8);
    await sleep(500);
    const times = await others.stop();
    report('100 endless bodies', times);
    expect(peak()).toBeLessThan(limit);
    expect(times.length).toBeGreaterThan(5);
    expect(times[Math.floor(times.length * 0.9)]).toBeLessThan(1000);
    expect(sockets.size).toBeLessThan(8);
  });

  it('with a million chunks of a byte stays within the memory of the chart', async () => {
    const others = bystander();
    const answers = await Promise.all(Array.from({ length: 4 }, () => sendChunks(250_000)));
    report('chunks of a byte', await others.stop());
    expect(peak()).toBeLessThan(limit);
    expect(answers).toEqual(answers.map(() => 'HTTP/1.1 503 Service Unavailable'));
  });

  it('with connections that say nothing, again and again, cuts no review', async () => {
    const silent = flood();
    const answers: string[] = [];
    for (let i = 0; i < 8; i++) answers.push(await sendSlowly(1000));
    const opened = silent.stop();
    console.log(`${opened} connections meanwhile`);
    expect(opened).toBeGreaterThan(3000);
    expect(answers).toEqual(answers.map(() => 'HTTP/1.1 200 OK'));
  });

  it('with 3,000 connections keeps the newest thousand and answers everybody', async () => {
    const others = bystander();
    for (let i = 0; i < 60; i++) await Promise.all(Array.from({ length: 50 }, open));
    const times = await others.stop();
    report('3,000 connections', times);
    expect(peak()).toBeLessThan(limit);
    // The handshakes of the test keep one core busy on each side.
    expect(times[times.length >> 1]).toBeLessThan(1000);
    const held = () => readdirSync(`/proc/${webhook.pid}/fd`).length;
    console.log(`${held()} files of the server, ${sockets.size} sockets of the client`);
    await expect.poll(held, { timeout: 60_000 }).toBeLessThanOrEqual(1040);
  });
});
