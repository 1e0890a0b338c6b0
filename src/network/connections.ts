import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Keeps a server at a number of connections: for each further one, another is closed. Where more than half have sent no
 * request yet, it is the oldest of these, so that connections alone never cut a request. Otherwise it is the one whose
 * last request began longest ago, and where possible none with a request that is not answered yet. So new clients are
 * always served, and those that use their connections, such as the API server, keep them.
 */
export function limitConnections(server: Server | TlsServer, most: number): void {
  /** By the address of the client: the socket of a request is not the one that was connected. */
  const unused = new Map<string, Socket>();
  /** In the order of use. */
  const used = new Map<string, Socket>();
  const answering = new Set<string>();

  function replaceable(): string | undefined {
    if (unused.size > most / 2) return first(unused.keys());
    for (const key of used.keys()) if (!answering.has(key)) return key;
    return first(used.keys()) ?? first(unused.keys());
  }
  function forget(key: string): Socket | undefined {
    const socket = used.get(key) ?? unused.get(key);
    used.delete(key);
    unused.delete(key);
    return socket;
  }
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    unused.set(key, socket);
    socket.once('close', () => {
      if ((used.get(key) ?? unused.get(key)) === socket) forget(key);
    });
    if (unused.size + used.size <= most) return;
    const oldest = replaceable();
    if (oldest !== undefined) forget(oldest)?.destroy(); // its end comes later, and more connections may come before
  });
  server.prependListener('request', ({ socket }, response) => {
    const key = keyOf(socket);
    const known = forget(key);
    if (!known) return;
    used.set(key, known);
    answering.add(key);
    response.once('close', () => answering.delete(key));
  });
}

function first<T>(items: Iterable<T>): T | undefined {
  const [item] = items;
  return item;
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
