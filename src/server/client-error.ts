import type { Socket } from 'node:net';
import type { Log } from '../core/log.ts';
import type { ServerMetrics } from './deps.ts';

const answers: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are larger than 16 KiB.'],
};

/**
 * Handles bytes that are not an HTTP request: answers in HTTP with a message, counts, closes. After a failed TLS
 * handshake nobody can read an answer: it would wait for the end of the handshake and keep the connection open.
 */
export function clientErrorHandler(log: Log, metrics: Pick<ServerMetrics, 'httpError'>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    const { code = '' } = error;
    if (!/^(HPE|ERR_HTTP)_/.test(code) || !socket.writable) return void socket.destroy();
    const [status, message] = answers[code] ?? ['400 Bad Request', 'This is not an HTTP/1.1 request.'];
    metrics.httpError(Number.parseInt(status, 10));
    log.debug({ code, client: socket.remoteAddress }, message);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${message.length + 1}`;
    socket.end(`${head}\r\nConnection: close\r\n\r\n${message}\n`);
  };
}
