// Ports for programs that tests start. One that the kernel chooses may be somebody else's before the program listens at
// it: the kernel gives it away again. These are below those that it chooses, and stay claimed until the test process
// ends.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Linux chooses from 32768 on, or above that on other systems. */
const [lowest, count] = [10_000, 10_000];

/**
 * A port of an address of this machine that nobody listens at, and that is given to no other test while this process
 * lives.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  while (true) {
    const port = lowest + Math.floor(Math.random() * count);
    if ((await isClaimed(port)) && (await isFree(port, host))) return port;
  }
}

/** As many of them, as the texts of settings. */
export async function freePorts(many: number): Promise<string[]> {
  const ports = await Promise.all(Array.from({ length: many }, () => freePort()));
  return ports.map(String);
}

/** Whether it is ours now. The claim is the UDP port of the same number, which no program of the tests uses. */
async function isClaimed(port: number): Promise<boolean> {
  const claim = createSocket('udp4').unref();
  claim.bind({ port, address: '127.0.0.1', exclusive: true });
  return once(claim, 'listening').then(
    () => true,
    () => {
      claim.close();
      return false;
    },
  );
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer().listen({ port, host, exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  await once(server.close(), 'close');
  return true;
}
