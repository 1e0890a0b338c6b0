import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { freePort } from '../ports.ts';

/** A way to the API server that can be closed, with everything that runs over it. */
export interface Gate {
  /** The text of a kubeconfig, with the address of the gate. */
  readonly through: (kubeconfig: string) => string;
  readonly open: () => Promise<void>;
  readonly close: () => void;
  /** Over connections that are open now, what the API server says comes so many milliseconds later. */
  readonly delay: (milliseconds: number) => void;
}

export async function createGate(url: string): Promise<Gate> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const late = new WeakMap<Socket, number>();
  const delayed = (to: Socket) =>
    new Transform({
      transform: (chunk, _encoding, done) => void setTimeout(done, late.get(to) ?? 0, undefined, chunk),
    });
  const forward = (from: Socket) => {
    const to = connectSocket(Number(new URL(url).port), '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
    from.pipe(to).pipe(delayed(from)).pipe(from);
  };
  return {
    through: (kubeconfig) => kubeconfig.replaceAll(url, `https://127.0.0.1:${port}`),
    open: () =>
      new Promise<void>((resolve) => {
        server = createServer(forward).listen(port, '127.0.0.1', resolve);
      }),
    close() {
      server?.close();
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    delay(milliseconds) {
      for (const socket of sockets) late.set(socket, milliseconds);
    },
  };
}
