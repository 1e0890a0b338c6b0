import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { InjectorServer } from './build-server.ts';
import type { Settings } from './settings.ts';

/** Listens, and gives the port, or why that is not possible. */
export async function listen(
  app: InjectorServer['app'],
  { port, host }: Pick<Settings, 'port' | 'host'>,
): Promise<{ readonly port: number } | { readonly problem: string }> {
  await app.ready();
  const { server } = app;
  server.listen(port, host || undefined); // without a host, Node listens on IPv6 and IPv4, whichever the machine has
  try {
    await once(server, 'listening');
  } catch (error) {
    return { problem: problemOf(error, host === '' ? `port ${port}` : `${host}:${port}`) };
  }
  return { port: (server.address() as AddressInfo).port }; // it listens on TCP, not on a pipe
}

function problemOf(error: unknown, address: string): string {
  const { code, message } = error instanceof Error && 'code' in error ? error : { code: '', message: String(error) };
  if (code === 'EADDRINUSE') return `Another program listens on ${address}. Choose another port with --port.`;
  if (code === 'EACCES') return `Listening on ${address} is not permitted. Choose a port of 1024 or more with --port.`;
  return `Cannot listen on ${address}: ${message}.`;
}
