// A receiver of lines over HTTP that can be away, or say no.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Of the certificate that was shown. */
  readonly client: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly body?: string;
  /** No answer at all. */
  readonly silent?: boolean;
  /** Is the request not to be kept? */
  readonly forget?: boolean;
}

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** Everything that was received and answered with 200, as one text. */
  text(): string;
  /** Says how a request is answered: a status and perhaps a body. */
  answer(how: (received: Received) => Reply): void;
  /** Closes the connections that are open. */
  hangUp(): void;
  /** Waits until no connection is open: then all that a killed program has sent has been received. */
  untilLeft(): Promise<void>;
  close(): Promise<void>;
}

export interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Listens on this port, or on a free one. With an identity it speaks TLS and asks for a certificate. */
export async function startReceiver(port = 0, identity?: Identity): Promise<Receiver> {
  const requests: Received[] = [];
  const taken: string[] = [];
  let how: Parameters<Receiver['answer']>[0] = () => ({ status: 200, body: '{}' });
  const handle: Parameters<typeof createServer>[1] = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const whole = Buffer.concat(parts);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole).toString();
      const received = { path: request.url ?? '', headers: request.headers, body, client: nameOf(request.socket) };
      const { status, body: said = '', silent, forget } = how(received);
      if (!forget) requests.push(received);
      if (silent) return;
      if (status < 300 && !forget) taken.push(body);
      response.writeHead(status).end(said);
    });
  };
  const server: Server = identity
    ? createSecureServer({ ...identity, requestCert: true, rejectUnauthorized: false }, handle)
    : createServer(handle);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const own = (server.address() as AddressInfo).port;
  return {
    url: `${identity ? 'https://localhost' : 'http://127.0.0.1'}:${own}`,
    port: own,
    requests,
    text: () => taken.join(''),
    answer(next) {
      how = next;
    },
    hangUp: () => server.closeAllConnections(),
    async untilLeft() {
      // They are accepted in their order: once this one has been, so have those that a killed program has made.
      const last = connect(own, '127.0.0.1').resume();
      last.end();
      await once(last, 'close');
      while ((await promisify(server.getConnections).call(server)) > 0) await sleep(5);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The lines of a text, and the numbers of those that are there more than once or not at all, of 1 to `count`. */
export function census(text: string, count: number): { lines: number; missing: number[]; twice: number[] } {
  const seen = new Map<number, number>();
  const lines = text.split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const n = Number(/\d+/.exec(line)?.[0]);
    seen.set(n, (seen.get(n) ?? 0) + 1);
  }
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  return {
    lines: lines.length,
    missing: numbers.filter((n) => !seen.has(n)).slice(0, 5),
    twice: numbers.filter((n) => (seen.get(n) ?? 0) > 1).slice(0, 5),
  };
}

function nameOf(socket: Socket): string | undefined {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate()?.subject?.CN) : undefined;
}
