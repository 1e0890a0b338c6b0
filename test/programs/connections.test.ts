// What a server of a sidecar does about more connections than it keeps.
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createReadOnlyServer, listen, plainAnswer } from '../../src/programs/kit/http-server.ts';

const server = createReadOnlyServer(async () => plainAnswer(200, 'ok'));
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

function answered(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => resolve(response.resume().statusCode));
    request.on('error', reject);
  });
}

it('serves new clients while 600 send their headers slowly, and keeps 512 connections', async () => {
  const url = await listen(server, { host: '127.0.0.1', port: 0 }, '--listen');
  for (let i = 0; i < 600; i++) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nx: '));
    sockets.push(socket);
  }
  const open = () => sockets.filter((socket) => socket.readyState === 'open').length;
  await expect.poll(open, { timeout: 10_000 }).toBe(512);
  for (let i = 0; i < 20; i++) expect(await answered(url)).toBe(200);
});
