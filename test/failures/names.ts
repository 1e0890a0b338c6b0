// A DNS server on a loopback address of its own, whose answers can change.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Scene } from './scene.ts';

export interface Names {
  /** For /etc/resolv.conf. */
  readonly address: string;
  /** What was asked so far. */
  readonly asked: readonly string[];
  /** From now on, this name has this IPv4 address. */
  set(name: string, address: string): void;
  /** Answers no more. */
  goAway(): void;
}

/** Another address of 127.0.0.0/8 each time, where tests can listen at any port. */
export function loopbackAddress(): string {
  const part = () => 1 + Math.floor(Math.random() * 253);
  return `127.${part()}.${part()}.${part()}`;
}

/** Starts a server that knows no name yet. */
export async function serveNames(scene: Scene): Promise<Names> {
  const address = loopbackAddress();
  const known = new Map<string, string>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, end } = nameIn(query);
    asked.push(name);
    socket.send(answerTo(query, end, known.get(name)), from.port, from.address);
  });
  const goAway = () => void socket.removeAllListeners('message');
  scene.removeLater(() => socket.close());
  await once(socket.bind(53, address), 'listening');
  return { address, asked, set: (name, to) => known.set(name, to), goAway };
}

/** The name that a query asks for, and where the question ends. */
function nameIn(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 };
}

/** RFC 1035: the address for a query of type A that has one, no record for other types, NXDOMAIN for other names. */
function answerTo(query: Buffer, end: number, address: string | undefined): Buffer {
  const isAddress = query.readUInt16BE(end - 4) === 1;
  const records = address !== undefined && isAddress ? 1 : 0;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(address === undefined ? 0x8183 : 0x8180, 2);
  for (const [offset, count] of [
    [4, 1],
    [6, records],
    [8, 0],
    [10, 0],
  ] as const)
    head.writeUInt16BE(count, offset);
  const fixed = [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4]; // the name of the question, A, IN, one second
  const record = records ? Buffer.from([...fixed, ...(address ?? '').split('.').map(Number)]) : Buffer.alloc(0);
  return Buffer.concat([head, query.subarray(12, end), record]);
}
