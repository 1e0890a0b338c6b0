import type { Server } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { ServerLog, ServerMetrics, TlsPair } from './deps.ts';

/** What every secure context of the server has, the first one and its successors. */
export function secureContext({ key, cert }: TlsPair): SecureContextOptions {
  return { key, cert, minVersion: 'TLSv1.2' };
}

/** Alerts with which a client says that it does not trust what it was shown. */
const distrust = new Set([
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_TLS_ALERT_UNKNOWN_CA',
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN',
]);

/** Milliseconds in which the same kind of failed handshake is told only once: a client that fails tries again at once. */
const silence = 60_000;

/** Counts failed handshakes and says what they mean. Port probes, which just hang up, are counted only. */
export function tellHandshakeErrors(server: Server, log: ServerLog, metrics: ServerMetrics, clock: () => number): void {
  const told = new Map<string, number>();
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    metrics.handshakeError();
    const code = error.code ?? 'unknown';
    const last = told.get(code);
    if (code === 'ECONNRESET' || (last !== undefined && clock() - last < silence)) return;
    told.set(code, clock());
    log.warn({ code, client: socket.remoteAddress }, sentenceFor(code));
  });
}

function sentenceFor(code: string): string {
  if (distrust.has(code))
    return 'a client does not trust the certificate: does the caBundle of the webhook belong to it?';
  if (code === 'ERR_SSL_HTTP_REQUEST') return 'a client speaks plain HTTP: use https://';
  return 'a TLS handshake failed';
}
