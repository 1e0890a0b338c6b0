import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { authorizationOf, certificatesOf, type SecretFolders } from './credentials.ts';
import type { Verdict } from './entry.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

export interface Post {
  (body: string, type: string): Promise<Answer>;
  close(): void;
}

/** Milliseconds that an answer may take, and characters of it that are looked at. */
const [patience, longestAnswer] = [30_000, 4_000_000];

/** A connection that was kept has turned out to be closed, as servers do with idle ones: nothing is wrong with the receiver. */
class Stale extends Error {}

/** Posts to one address, over one connection that is kept. After a failure the next one is made with what the Secrets hold then. */
export function postTo(url: URL, headers: ReadonlyMap<string, string>, secrets: SecretFolders): Post {
  const secure = url.protocol === 'https:';
  let agent: HttpAgent | HttpsAgent | undefined;

  function close(): void {
    agent?.destroy();
    agent = undefined;
  }

  function connect(): HttpAgent | HttpsAgent {
    const keep = { keepAlive: true, maxSockets: 1 };
    agent ??= secure ? new HttpsAgent({ ...keep, ...certificatesOf(secrets) }) : new HttpAgent(keep);
    return agent;
  }

  async function attempt(body: string, type: string): Promise<Answer> {
    const authorization = authorizationOf(secrets);
    const all = {
      ...{ 'user-agent': 'sidecar-logs', 'content-type': type, 'content-length': Buffer.byteLength(body) },
      ...Object.fromEntries(headers),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const signal = AbortSignal.timeout(patience);
    const request = secure ? requestHttps : requestHttp;
    return await new Promise((resolve, reject) => {
      const call = request(url, { method: 'POST', agent: connect(), headers: all, signal }, (response) => {
        answerOf(response).then(resolve, reject);
      });
      call.on('error', (error) => {
        if (signal.aborted) reject(new Error(`no answer in ${patience / 1000} s`));
        else reject(call.reusedSocket ? new Stale(error.message) : error);
      });
      call.end(body);
    });
  }

  async function post(body: string, type: string): Promise<Answer> {
    try {
      return await attempt(body, type);
    } catch (error) {
      close();
      if (error instanceof Stale) return post(body, type);
      throw error;
    }
  }

  return Object.assign(post, { close });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  let body = '';
  response.setEncoding('utf8');
  for await (const part of response) if (body.length < longestAnswer) body += part;
  return { status: response.statusCode ?? 0, body, retryAfter: response.headers['retry-after'] };
}

/** These say that what was sent is wrong. Others of the class 4xx say so of the address or the login, which can be mended. */
const refusals = [400, 413, 415, 422];

/** What an answer means where its body says nothing more. */
export function verdictOf({ status, body, retryAfter }: Answer): Verdict {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const said = body.replace(/\s+/g, ' ').trim().slice(0, 300);
  const why = said === '' ? `the answer is ${status}` : `the answer is ${status}: ${said}`;
  if (refusals.includes(status)) return { kind: 'refused', why };
  const seconds = /^\d{1,4}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  return { kind: 'later', why, after: seconds === undefined ? undefined : seconds * 1000 };
}

/** The address as it is, or with this path where it has none. */
export function withPath(url: URL, path: string): URL {
  if (url.pathname !== '/') return url;
  const whole = new URL(url);
  whole.pathname = path;
  return whole;
}
