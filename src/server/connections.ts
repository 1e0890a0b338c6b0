import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Keeps a server at a number of connections: for each further one, that whose last request began longest ago is closed.
 * So new clients are always served, and the API server, which uses its connections, keeps them.
 */
export function limitConnections(server: Server, most: number): void {
  /** By the address of the client, in the order of use: the socket of a request is not the one that was connected. */
  const sockets = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    sockets.set(key, socket);
    socket.once('close', () => {
      if (sockets.get(key) === socket) sockets.delete(key);
    });
    if (sockets.size <= most) return;
    const [[oldestKey, oldest] = []] = sockets;
    if (oldestKey !== undefined) sockets.delete(oldestKey); // it closes later, and more connections may come before
    oldest?.destroy();
  });
  server.prependListener('request', ({ socket }) => {
    const key = keyOf(socket);
    const used = sockets.get(key);
    sockets.delete(key);
    if (used) sockets.set(key, used);
  });
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
