// An app behind the nginx of the sidecar `https`, and a client of it.
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type ClientHttp2Session, connect as http2, type SecureClientSessionOptions } from 'node:http2';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { freePorts } from '../ports.ts';
import { createKeys, Scene, type Settings, tlsFiles } from './https-scene.ts';

const keysOnce = createKeys();

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class Behind {
  readonly #open: Server[];
  readonly #scene: Scene;
  /** What a client needs to connect. */
  readonly at: { readonly host: string; readonly port: number; readonly servername: string; readonly ca: string };

  private constructor(open: Server[], scene: Scene, port: number, ca: string) {
    this.#open = open;
    this.#scene = scene;
    this.at = { host: '127.0.0.1', port, servername: 'shop.example.com', ca };
  }

  /** Starts the app at this address, and nginx before it. */
  static async start(app: Server, address = '127.0.0.1', settings: Settings = {}): Promise<Behind> {
    const { authority, server } = await keysOnce;
    await once(app.listen(0, address), 'listening');
    const { port } = app.address() as AddressInfo;
    const [own = ''] = await freePorts(1);
    const scene = new Scene();
    scene.mount('tls', tlsFiles(server));
    const given = { 'https-secret': 's', 'https-target': String(port), 'https-port': own, ...settings };
    await scene.start(given, { pause: 0.1 });
    return new Behind([app], scene, Number(own), authority.certificatePem);
  }

  /** Closes that server with the others. */
  keep(server: Server): void {
    this.#open.push(server);
  }

  /** The answer to a request over HTTP/1.1. */
  ask(options: RequestOptions, body: string | Buffer = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const agent = new Agent({ maxCachedSessions: 0 });
      const sent = request({ ...this.at, agent, path: '/', maxHeaderSize: 100_000, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        const { statusCode: status = 0, headers } = response;
        response.on('end', () => resolve({ status, headers, body: text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  /** A connection of HTTP/2. */
  session(options: SecureClientSessionOptions = {}): ClientHttp2Session {
    return http2(`https://127.0.0.1:${this.at.port}`, {
      ...{ ca: this.at.ca, servername: this.at.servername },
      ...options,
    });
  }

  async remove(): Promise<void> {
    await this.#scene.remove();
    for (const server of this.#open.splice(0)) server.close();
  }
}
