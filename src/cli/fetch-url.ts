import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** Bounds of one file: it is read as a whole. */
const [mostBytes, mostMilliseconds] = [64 * 1024 * 1024, 30_000];

/** True for what `-f` reads by HTTP, as kubectl does. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** A URL as messages may show it: without user, password and query, which can be secrets. */
export function shownUrl(text: string): string {
  if (!isUrl(text)) return text;
  if (!URL.canParse(text)) return text.replace(/\/\/.*@/s, '//').replace(/[?#].*/s, '');
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

type Answer = { readonly bytes: Uint8Array } | { readonly reason: string };

/**
 * Runs in the worker: it may wait, and who asks does not go on meanwhile. User and password become a header, which a
 * redirect to another server does not get.
 */
const program = `
const { workerData: { url, mostBytes, mostMilliseconds, port, done } } = require('node:worker_threads');
async function answer() {
  const { username, password } = new URL(url);
  const bare = new URL(url);
  bare.username = bare.password = '';
  const secret = Buffer.from(decodeURIComponent(username) + ':' + decodeURIComponent(password)).toString('base64');
  const headers = username === '' && password === '' ? {} : { authorization: 'Basic ' + secret };
  const response = await fetch(bare, { headers, signal: AbortSignal.timeout(mostMilliseconds) });
  if (!response.ok) return { reason: 'the server answers ' + (response.status + ' ' + response.statusText).trim() };
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) return { reason: 'the file has more than ' + mostBytes + ' bytes' };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}
const reasonOf = (error) => error.name === 'TimeoutError'
  ? 'no answer in ' + mostMilliseconds / 1000 + ' s'
  : String(error.cause?.message || error.cause?.code || error.message).replace(/\\s+/g, ' ').trim();
answer().catch((error) => ({ reason: reasonOf(error) })).then((answer) => {
  port.postMessage(answer);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
});
`;

/**
 * Reads a file by HTTP or HTTPS, and waits for it. A message says why it cannot be read, without secrets of the URL.
 */
export function fetchUrl(url: string): { readonly bytes: Uint8Array } | { readonly message: string } {
  if (!URL.canParse(url)) return { message: `${shownUrl(url)}: not a URL` };
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(program, {
    eval: true,
    workerData: { url, mostBytes, mostMilliseconds, port: port2, done },
    transferList: [port2],
  });
  worker.unref();
  Atomics.wait(done, 0, 0, 2 * mostMilliseconds);
  const received: { readonly message: Answer } | undefined = receiveMessageOnPort(port1);
  port1.close();
  void worker.terminate();
  const answer = received?.message ?? { reason: 'no answer' };
  return 'bytes' in answer ? answer : { message: `${shownUrl(url)}: ${answer.reason}` };
}
