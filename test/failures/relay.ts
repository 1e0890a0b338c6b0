// A slow network: connections that pass on so many bytes a second in each direction.
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from './scene.ts';

/** Milliseconds between two portions. */
const pause = 50;

export interface Relay {
  readonly port: number;
  /** Sets the bytes per second. */
  pace(bytes: number): void;
}

/** Starts a relay to a port of loopback. */
export async function startRelay(scene: Scene, to: number, bytesPerSecond: number): Promise<Relay> {
  let portion = 0;
  const pace = (bytes: number) => {
    portion = Math.max(1, Math.round((bytes * pause) / 1000));
  };
  pace(bytesPerSecond);
  const pass = async (from: Socket, into: Socket) => {
    for await (const part of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < part.length; ) {
        const size = portion;
        into.write(part.subarray(at, at + size));
        at += size;
        await sleep(pause);
      }
    }
    into.end();
  };
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      pass(one, other).catch(() => other.destroy());
    }
  });
  scene.removeLater(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port: await scene.listen(server), pace };
}
