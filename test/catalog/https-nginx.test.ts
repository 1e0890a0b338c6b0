// What the configuration of the template `https` does in a real nginx, in front of a real app.
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, get as plainGet } from 'node:http';
import { connect as connect2 } from 'node:http2';
import { Agent, get, type RequestOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../cluster/certificates.ts';
import { until } from '../e2e/pieces/until.ts';
import { freePorts } from '../ports.ts';
import { createKeys, Scene, tlsFiles } from './https-scene.ts';
import { describeWith } from './programs.ts';

type Options = Omit<RequestOptions, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the certificate that was shown. */
  readonly serial: string;
}

const keysOnce = createKeys();
const clientsOnce = createAuthority('clients');
const app = createServer((request, response) => {
  if (request.url === '/elsewhere') response.writeHead(302, { location: `http://${request.headers.host}/there` });
  response.end(JSON.stringify(request.headers));
});
app.on('upgrade', (request, socket) => {
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\n`,
  );
  socket.pipe(socket);
});

beforeAll(async () => {
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
});
afterAll(() => {
  app.close();
});

const scene = new Scene();
let port = 0;

/** Asks by the name in the header `host`, as browsers do; without one by address, as the kubelet does. */
const ask = async (path: string, options: Options = {}): Promise<Answer> => {
  const { authority } = await keysOnce;
  const servername = options.headers?.host?.replace(/:.*|^[0-9.]+$/, '') ?? '';
  const host = {
    host: '127.0.0.1',
    port,
    servername,
    ca: authority.certificatePem,
  };
  return new Promise((resolve, reject) => {
    const fresh = { agent: new Agent({ maxCachedSessions: 0 }) };
    const request = get({ ...host, ...fresh, path, ...options }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      const answer = () => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body,
        serial: serialNumber,
      });
      response.on('end', () => resolve(answer()));
    });
    request.on('error', reject);
  });
};

const seenByApp = async (options: Options): Promise<IncomingHttpHeaders> => JSON.parse((await ask('/', options)).body);

describeWith(['nginx'], 'nginx as the template https has it', () => {
  let redirect = '';
  const redirected = (options: Options): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      plainGet({ port: redirect, ...options }, (response) => resolve(response.resume())).on('error', reject);
    });
  beforeAll(async () => {
    scene.mount('tls', tlsFiles((await keysOnce).server));
    scene.mount('client-ca', { 'ca.crt': (await clientsOnce).certificatePem });
    const [own = '', plain = ''] = await freePorts(2);
    [port, redirect] = [Number(own), plain];
    await scene.start({
      ...{ 'https-secret': 's', 'https-target': String((app.address() as AddressInfo).port), 'https-port': own },
      ...{ 'https-redirect': plain, 'https-public-port': '8443', 'https-hosts': 'shop.example.com, *.shops.example' },
      ...{ 'https-client-ca': 'c', 'https-hsts': '1h', 'https-max-body': '8Ki', 'https-access-log': 'true' },
    });
  });
  afterAll(() => scene.remove());

  const shop = { host: 'shop.example.com:8443' };
  const shown = async () => {
    const { certificatePem, keyPem } = await (await clientsOnce).issue({ commonName: 'till 7', organization: 'shop' });
    return { cert: certificatePem, key: keyPem };
  };

  it('tells the app who asks for what, whatever the client pretends', async () => {
    const lies = {
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-proto': 'http',
      forwarded: 'for=6.6.6.6',
      'x-client-subject': 'CN=root',
    };
    expect(await seenByApp({ ...(await shown()), headers: { ...shop, ...lies } })).toEqual({
      ...{ host: shop.host, 'x-client-subject': 'O=shop,CN=till 7', 'x-real-ip': '127.0.0.1' },
      ...{ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': shop.host, 'x-forwarded-proto': 'https' },
    });
  });

  it('lets nobody in without a certificate of the CA, but says that it is there', async () => {
    expect((await ask('/', { headers: shop })).status).toBe(400);
    const stranger = await (await createAuthority('strangers')).issue({ commonName: 'till 7' });
    const pair = { cert: stranger.certificatePem, key: stranger.keyPem };
    expect((await ask('/', { ...pair, headers: shop })).status).toBe(400);
    expect((await ask('/.sidecar/https')).status).toBe(200);
  });

  it('listens on IPv6 too, where the machine has it', async () => {
    if (!existsSync('/proc/net/if_inet6')) return;
    const there = async (options: Options) => (await ask('/', { ...(await shown()), host: '::1', ...options })).status;
    expect([await there({ headers: shop }), await there({ headers: { host: 'other.example.com' } })]).toEqual([
      200, 421,
    ]);
    expect((await redirected({ host: '::1', path: '/', headers: shop })).statusCode).toBe(308);
  });

  it('answers only for its hosts', async () => {
    const asFor = async (host: string) => (await ask('/', { ...(await shown()), headers: { host } })).status;
    expect([await asFor('shop.example.com'), await asFor('other.example.com')]).toEqual([200, 421]);
    expect([await asFor('a.shops.example'), await asFor('127.0.0.1')]).toEqual([200, 421]);
  });

  it('redirects only to its hosts', async () => {
    for (const host of ['evil.test', 'shop.example.com.evil.test', '127.0.0.1']) {
      const { statusCode, headers } = await redirected({ path: '/', headers: { host } });
      expect([statusCode, headers.location], host).toEqual([421, undefined]);
    }
    const { headers } = await redirected({ path: '/', headers: { host: 'A.shops.example' } });
    expect(headers.location).toBe('https://a.shops.example:8443/');
  });

  it('accepts only cipher suites with forward secrecy', async () => {
    const with12 = (ciphers: string) => ask('/', { maxVersion: 'TLSv1.2', ciphers, headers: shop });
    expect((await with12('ECDHE-RSA-AES128-GCM-SHA256')).status).toBe(400); // for want of a client certificate
    for (const ciphers of ['AES128-SHA', 'AES256-GCM-SHA384', 'DHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA'])
      await expect(with12(ciphers), ciphers).rejects.toThrow(/handshake failure|no ciphers/);
  });

  it('keeps clients on HTTPS', async () => {
    const response = await redirected({ path: '/a?b=c', headers: { host: 'shop.example.com:80' } });
    expect([response.statusCode, response.headers.location]).toEqual([308, 'https://shop.example.com:8443/a?b=c']);
    const { headers } = await ask('/elsewhere', { ...(await shown()), headers: shop });
    expect(headers.location).toBe('https://shop.example.com:8443/there');
    expect(headers['strict-transport-security']).toBe('max-age=3600');
  });

  it('refuses a body that is too large, and any TLS before 1.2', async () => {
    const headers = { ...shop, 'content-length': '9000' };
    expect((await ask('/', { ...(await shown()), headers })).status).toBe(413);
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(ask('/', { ...old, headers: shop })).rejects.toThrow(/version/);
  });

  it('passes WebSockets on, and no other upgrade', async () => {
    const upgraded = async (upgrade: string): Promise<string> => {
      const socket = tlsConnect({
        ...(await shown()),
        port,
        ca: (await keysOnce).authority.certificatePem,
        servername: 'shop.example.com',
      });
      socket.on('error', () => {}); // what counts is what it has said by then
      socket.write(`GET / HTTP/1.1\r\nhost: shop.example.com\r\nconnection: upgrade\r\nupgrade: ${upgrade}\r\n\r\n`);
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (part.includes('\r\n\r\n') && text.startsWith('HTTP/1.1 101')) socket.write('echo');
      });
      return until(upgrade, async () => /echo|HTTP\/1.1 200/.exec(text)?.[0], { seconds: 60, every: 20 }).finally(() =>
        socket.destroy(),
      );
    };
    expect([await upgraded('websocket'), await upgraded('h2c')]).toEqual(['echo', 'HTTP/1.1 200']);
  });

  it('speaks HTTP/2, and the app HTTP/1.1', async () => {
    const session = connect2(`https://127.0.0.1:${port}`, {
      ...(await shown()),
      ca: (await keysOnce).authority.certificatePem,
      servername: 'shop.example.com',
    });
    const stream = session.request({ ':path': '/', ':authority': 'shop.example.com' });
    let body = '';
    for await (const part of stream) body += part;
    session.close();
    expect(JSON.parse(body)).toMatchObject({ host: 'shop.example.com', 'x-forwarded-proto': 'https' });
    const log = async () => readFileSync(join(scene.folder, 'tmp/access.log'), 'utf8');
    const told = async () => (await log()).includes('"GET / HTTP/2.0" 200') || undefined;
    await until('the log tells of it', told, { seconds: 60, every: 20 });
  });
});

// The image's own shell is busybox.
describe.each(['coreutils', 'busybox'] as const)('a new CA of clients', (tools) => {
  describeWith(tools === 'busybox' ? ['nginx', tools] : ['nginx'], `with the shell's tools of ${tools}`, () => {
    const place = new Scene(tools);
    afterAll(() => place.remove());

    it('counts when the Secret has changed, a WebSocket goes on, and nginx ends at once at a signal', async () => {
      const [own = ''] = await freePorts(1);
      port = Number(own);
      place.mount('tls', tlsFiles((await keysOnce).server));
      place.mount('client-ca', { 'ca.crt': (await clientsOnce).certificatePem });
      const target = String((app.address() as AddressInfo).port);
      await place.start({ 'https-secret': 's', 'https-target': target, 'https-port': own, 'https-client-ca': 'c' });
      const old = await (await clientsOnce).issue({ commonName: 'till 7' });
      const ca = (await keysOnce).authority.certificatePem;
      const kept = tlsConnect({ port, ca, servername: 'shop.example.com', cert: old.certificatePem, key: old.keyPem });
      kept.write('GET / HTTP/1.1\r\nhost: shop.example.com\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      expect(String((await once(kept, 'data'))[0])).toContain('101 Switching Protocols');
      const authority = await createAuthority('new clients');
      const { certificatePem, keyPem } = await authority.issue({ commonName: 'till 8' });
      const asNew = () => ask('/', { cert: certificatePem, key: keyPem });
      expect((await asNew()).status).toBe(400);
      place.mount('client-ca', { 'ca.crt': authority.certificatePem });
      const look = async () => (await asNew()).status === 200 || undefined;
      await until('the new CA counts', look, { seconds: 60, every: 200 });
      kept.write('still here');
      expect(String((await once(kept, 'data'))[0])).toBe('still here');
      kept.destroy();
      place.mount('client-ca', { 'ca.crt': 'broken' });
      const refused = async () => place.said.join('').includes('The former edition stays in use.') || undefined;
      await until('a CA that cannot be read is refused', refused, { seconds: 60, every: 200 });
      expect((await asNew()).status).toBe(200);
      const { code, milliseconds } = await place.stop('SIGQUIT');
      expect(code).toBe(0);
      expect(milliseconds).toBeLessThan(4000); // the loop that follows the Secrets sleeps 5 s at a time
    });
  });
});
