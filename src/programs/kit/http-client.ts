import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Call {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Milliseconds for the whole answer to arrive. */
  readonly timeout: number;
  /** Bytes of the answer that are read. */
  readonly longest: number;
  /** Keeps connections; without one, each call has a connection of its own. */
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the answer was longer than what was read of it. */
  readonly cut: boolean;
}

/** A kept connection turned out to be closed, as servers close idle ones: a new one may work at once. */
export class StaleConnection extends Error {}

/** Sends a request and gives the answer, whatever its status. Rejects where there is none. */
export function call(url: URL, { body, timeout, longest, agent, ...rest }: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      if (signal.aborted) reject(new Error(`no answer in ${timeout / 1000} s`));
      else reject(outgoing.reusedSocket ? new StaleConnection(error.message) : error);
    };
    const outgoing = request(url, { ...rest, agent: agent ?? false, signal }, (response) => {
      read(response, longest).then(resolve, fail);
    });
    outgoing.on('error', fail).end(body);
  });
}

async function read(response: IncomingMessage, longest: number): Promise<Answer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part.subarray(0, longest - bytes));
    bytes += part.length;
    if (bytes > longest) break; // which closes the connection
  }
  const { statusCode: status = 0, headers } = response;
  return { status, headers, body: Buffer.concat(parts), cut: bytes > longest };
}

/** Whether a status says that all went well. */
export const isFine = (status: number) => status >= 200 && status < 300;
