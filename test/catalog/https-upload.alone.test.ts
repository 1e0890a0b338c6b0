// Uploads over a network that is 50 ms away: HTTP/2 must not be slower than HTTP/1.1 by its windows.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect as http2 } from 'node:http2';
import { request } from 'node:https';
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { freePorts } from '../ports.ts';
import { createKeys, Scene, tlsFiles } from './https-scene.ts';
import { describeWith } from './programs.ts';

const size = 16 * 2 ** 20;
const content = Buffer.alloc(size, 'x');
const options = { host: '127.0.0.1', servername: 'shop.example.com' };

/** Passes bytes on in the same order, each after this many milliseconds. */
function delayed(from: Socket, to: Socket, milliseconds: number): void {
  from.on('data', (data) => setTimeout(() => to.write(data), milliseconds));
  from.on('close', () => setTimeout(() => to.destroy(), milliseconds)).on('error', () => {});
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

describeWith(['nginx'], 'an upload of 16 MiB at 50 ms', () => {
  const scene = new Scene();
  const servers: Server[] = [];
  afterAll(async () => {
    await scene.remove();
    for (const server of servers) server.close();
  });

  it('takes over HTTP/2 at most three times as long as over HTTP/1.1, or 6 s', async (context) => {
    const { authority, server } = await createKeys();
    const ca = authority.certificatePem;
    const app = createServer(async (received, response) => {
      let bytes = 0;
      for await (const part of received) bytes += part.length;
      response.end(String(bytes));
    });
    const [own = ''] = await freePorts(1);
    scene.mount('tls', tlsFiles(server));
    await scene.start({ 'https-secret': 's', 'https-target': String(await listening(app)), 'https-port': own });
    const relay = createTcp((client) => {
      const nginx = connect(Number(own), '127.0.0.1');
      delayed(client, nginx, 25);
      delayed(nginx, client, 25);
    });
    servers.push(app, relay);
    const port = await listening(relay);

    const over1 = async () => {
      const sent = request({ ...options, port, ca, method: 'PUT' }).end(content);
      const [response] = await once(sent, 'response');
      return String((await once(response, 'data'))[0]);
    };
    const session = http2(`https://127.0.0.1:${port}`, { ca, servername: options.servername });
    const over2 = async () => {
      const stream = session.request({ ':method': 'PUT', ':path': '/', 'content-length': size });
      stream.end(content);
      return String((await once(stream, 'data'))[0]);
    };
    const seconds = async (upload: () => Promise<string>) => {
      const started = performance.now();
      expect(await upload()).toBe(String(size));
      return (performance.now() - started) / 1000;
    };
    const [plain, framed] = [await seconds(over1), await seconds(over2)];
    session.destroy();
    await context.annotate(`HTTP/1.1 ${plain.toFixed(2)} s, HTTP/2 ${framed.toFixed(2)} s`);
    // With windows of 64 KiB, as many clients have by default, it would be 13 s.
    expect(framed).toBeLessThan(Math.max(3 * plain, 6));
  });
});
