import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { call, isFine, StaleConnection } from '../kit/http-client.ts';
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

/** Milliseconds that an answer may take, and bytes of it that are read. */
const [timeout, longest] = [30_000, 4_000_000];

/** Posts to one address, over one connection that is kept. After a failure the next one is made with what the Secrets hold then. */
export function postTo(url: URL, headers: ReadonlyMap<string, string>, secrets: SecretFolders): Post {
  let agent: HttpAgent | undefined;

  function close(): void {
    agent?.destroy();
    agent = undefined;
  }

  function connect(): HttpAgent {
    const keep = { keepAlive: true, maxSockets: 1 };
    agent ??= url.protocol === 'https:' ? new HttpsAgent({ ...keep, ...certificatesOf(secrets) }) : new HttpAgent(keep);
    return agent;
  }

  async function attempt(body: string, type: string): Promise<Answer> {
    const authorization = authorizationOf(secrets);
    const all = {
      ...{ 'user-agent': 'sidecar-logs', 'content-type': type },
      ...Object.fromEntries(headers),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const answer = await call(url, { method: 'POST', headers: all, body, timeout, longest, agent: connect() });
    return { status: answer.status, body: answer.body.toString(), retryAfter: answer.headers['retry-after'] };
  }

  async function post(body: string, type: string): Promise<Answer> {
    try {
      return await attempt(body, type);
    } catch (error) {
      close();
      if (error instanceof StaleConnection) return post(body, type);
      throw error;
    }
  }

  return Object.assign(post, { close });
}

/** These say that what was sent is wrong. Others of the class 4xx say so of the address or the login, which an operator can correct. */
const refusals = [400, 413, 415, 422];

/** What an answer means where its body says nothing more. */
export function verdictOf({ status, body, retryAfter }: Answer): Verdict {
  if (isFine(status)) return { kind: 'taken' };
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
