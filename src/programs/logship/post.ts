import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { call, isFine, StaleConnection } from '../kit/http-client.ts';
import type { Say } from '../kit/log.ts';
import { authorizationOf, type SecretFolders } from './credentials.ts';
import type { Verdict } from './entry.ts';
import { createCertificates } from './tls.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

export interface Post {
  (body: string, type: string): Promise<Answer>;
  close(): void;
}

/** How requests are made. */
export interface PostSettings extends SecretFolders {
  /** Milliseconds that an answer may take. */
  readonly timeout: number;
  readonly compression: 'none' | 'gzip';
}

/** Bytes of an answer that are read. */
const longest = 4_000_000;

const zip = promisify(gzip);

/** Posts to one address over one connection, which is kept until the certificates change or a request fails. */
export function postTo(url: URL, headers: ReadonlyMap<string, string>, settings: PostSettings, say: Say): Post {
  const certificates = createCertificates(settings, say);
  const isZipped = settings.compression === 'gzip';
  const keep = { keepAlive: true, maxSockets: 1 };
  let agent: HttpAgent | undefined;
  let context: SecureContext | undefined;

  function close(): void {
    agent?.destroy();
    agent = undefined;
  }

  function connect(): HttpAgent {
    if (url.protocol === 'http:') agent ??= new HttpAgent(keep);
    else {
      const secureContext = certificates.current();
      if (secureContext !== context) close();
      agent ??= new HttpsAgent({ ...keep, secureContext });
      context = secureContext;
    }
    return agent;
  }

  async function attempt(body: string | Buffer, type: string): Promise<Answer> {
    const authorization = authorizationOf(settings);
    const all = {
      ...{ 'user-agent': 'sidecar-logs', 'content-type': type },
      ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
      ...Object.fromEntries(headers),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const { timeout } = settings;
    const answer = await call(url, { method: 'POST', headers: all, body, timeout, longest, agent: connect() });
    return { status: answer.status, body: answer.body.toString(), retryAfter: answer.headers['retry-after'] };
  }

  /** Where a kept connection turns out to be closed, a new one is made; nothing is wrong with the receiver. */
  async function post(text: string, type: string): Promise<Answer> {
    const body = isZipped ? await zip(text) : text;
    for (;;) {
      try {
        return await attempt(body, type);
      } catch (error) {
        close();
        if (!(error instanceof StaleConnection)) throw error;
      }
    }
  }

  return Object.assign(post, { close });
}

/**
 * These say that what was sent is wrong. Others of the class 4xx say so of the address or the login, which an operator
 * can correct.
 */
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
