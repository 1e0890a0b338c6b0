// Load for one HTTPS server on loopback: `load.ts PORT CONNECTIONS SECONDS [fresh] < body`. Prints one line of JSON.
// With `fresh` each request has annotations of its own.
// Each connection sends the same request again as soon as its answer is complete. Speaks just enough HTTP to count
// answers, so that the client's core is never what is measured. It never sleeps either: waking another core is work of the
// one who sends (an interrupt between processors, 10 µs and more in a virtual machine), and a slower server would pay for it
// with each answer while a faster one finds the client awake. An API server is on another machine.
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { renewed, timing } from './in-process.ts';

const [port = 0, connections = 8, seconds = 3] = process.argv.slice(2, 5).map(Number);
const fresh = process.argv[5] === 'fresh';
const body = readFileSync(0);
const head = [
  'POST /mutate?timeout=10s HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  'Accept: application/json, */*',
  `Content-Length: ${body.length}`,
];
const request = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);

const times: number[] = [];
let errors = 0;
let answers = 0;
let counting = false;
let ending = false;

/** The length of a complete answer at the beginning of what has arrived; 0 when it is not complete yet. */
function answerLength(received: Buffer): number {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const headers = received.toString('latin1', 0, end);
  const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? Number.NaN);
  if (!headers.startsWith('HTTP/1.1 200')) errors += 1;
  return received.length >= end + 4 + length ? end + 4 + length : 0;
}

function drive(socket: TLSSocket): void {
  let received = Buffer.alloc(0);
  let sent = process.hrtime.bigint();
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const length = answerLength(received);
    if (length === 0) return;
    const now = process.hrtime.bigint();
    answers += 1;
    if (counting) times.push(Number(now - sent) / 1000);
    received = received.subarray(length);
    if (ending) return void socket.end();
    sent = now;
    socket.write(fresh ? Buffer.from(renewed(request)) : request);
  });
  socket.on('error', () => {
    errors += 1;
  });
  socket.write(request);
}

function stayAwake(): void {
  setImmediate(stayAwake);
}
stayAwake();

for (let i = 0; i < connections; i++) {
  // The certificate is the bench's own, made a moment ago for a server on loopback.
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => drive(socket));
  socket.setNoDelay(true);
}
setTimeout(() => {
  counting = true;
}, 1000);
setTimeout(
  () => {
    ending = true;
    const { p50, p99 } = timing(times);
    console.log(JSON.stringify({ requestsPerSecond: times.length / seconds, p50, p99, errors, answers }));
    setTimeout(() => process.exit(0), 200);
  },
  1000 + seconds * 1000,
);
