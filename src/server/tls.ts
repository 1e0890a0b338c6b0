import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { Log } from '../core/log.ts';
import type { ServerMetrics, TlsPair } from './deps.ts';

/** The options of every secure context of the server, the first one and later ones. */
export function secureContext({ key, cert }: TlsPair, clientCa: string | undefined): SecureContextOptions {
  return { key, cert, minVersion: 'TLSv1.2', ciphers, ...(clientCa === undefined ? {} : { ca: clientCa }) };
}

/** Whether the client has a certificate of the client CA. It is asked for in each handshake; probes may go without. */
export function isAuthorized({ socket }: IncomingMessage): boolean {
  return 'authorized' in socket && socket.authorized === true;
}

/** TLS 1.3, and for TLS 1.2 only suites with forward secrecy (ECDHE) and authenticated encryption. */
const ciphers =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20';

/** Alerts of a client that does not trust the server's certificate. */
const distrust = new Set([
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_TLS_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN',
]);

/** Milliseconds in which the same kind of failed handshake is logged once: a client that fails tries again at once. */
const silence = 60_000;

/** Counts failed handshakes and logs what they mean. Port probes, which only hang up, are counted but not logged. */
export function logHandshakeErrors(server: Server, log: Log, metrics: ServerMetrics, clock: () => number): void {
  const logged = new Map<string, number>();
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    metrics.handshakeError();
    const code = error.code ?? 'unknown';
    const last = logged.get(code);
    if (code === 'ECONNRESET' || (last !== undefined && clock() - last < silence)) return;
    logged.set(code, clock());
    log.warn({ code, client: socket.remoteAddress }, messageFor(code));
  });
}

function messageFor(code: string): string {
  if (distrust.has(code))
    return 'a client does not trust the certificate: check that the caBundle of the webhook belongs to it';
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'a client speaks plain HTTP: use https://';
  return 'a TLS handshake failed';
}
