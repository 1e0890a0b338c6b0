import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/**
 * Keeps a server at a number of connections: for each further one, that whose last request began longest ago is closed.
 * So new clients are always served, and the API server, which uses its connections, keeps them.
 */
export function limitConnections(server: Server, most: number): void {
  /** In the order of use. After the handshake, the socket of the requests, which is not the one that was connected. */
  const sockets = new Set<Socket>();
  /** Those that were connected, until their handshake is done, by the address of the client. */
  const connected = new Map<string, Socket>();
  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    connected.set(key, socket);
    socket.once('close', () => {
      if (connected.get(key) === socket) connected.delete(key);
    });
    keep(socket);
    if (sockets.size <= most) return;
    const [oldest] = sockets;
    if (oldest) sockets.delete(oldest); // it closes later, and more connections may come before
    oldest?.destroy();
  });
  server.on('secureConnection', (secured: Socket) => {
    const key = keyOf(secured);
    const socket = connected.get(key);
    connected.delete(key);
    if (socket && sockets.delete(socket)) keep(secured);
  });
  server.prependListener('request', ({ socket }) => {
    if (sockets.delete(socket)) sockets.add(socket);
  });
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
