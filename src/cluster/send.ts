import { type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, type RequestOptions, request as requestHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';

export interface Outgoing {
  readonly method?: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the request, and its answer. */
  readonly signal: AbortSignal;
}

/** Sends one request, and resolves when the headers of its answer are there. Rejects when nothing answers. */
export type Send = (request: Outgoing) => Promise<IncomingMessage>;

/**
 * Requests to the API server of a kubeconfig, over connections that stay open, as the user and through the proxy that
 * it names. Tokens and certificates are read for each request, so a renewed one counts at once.
 */
export function createSend(kubeConfig: KubeConfig, maxSockets = Number.POSITIVE_INFINITY): Send {
  const keepAlive = new Agent({ keepAlive: true, maxSockets });
  const cluster = kubeConfig.getCurrentCluster();

  async function send(asked: Outgoing, again: boolean): Promise<IncomingMessage> {
    const { method = 'GET', path, headers, body, signal } = asked;
    const options: RequestOptions = { method };
    await kubeConfig.applyToHTTPSOptions(options);
    const url = new URL((cluster?.server ?? '').replace(/\/$/, '') + path);
    options.headers = { ...options.headers, accept: 'application/json', ...headers };
    options.signal = signal;
    const secure = url.protocol === 'https:';
    if (secure && cluster?.proxyUrl === undefined) options.agent = keepAlive;
    return new Promise((resolve, reject) => {
      const call = (secure ? requestHttps : requestHttp)(url, options, resolve);
      call.on('error', (error: NodeJS.ErrnoException) => {
        // The API server has closed an idle connection at the moment that it was used.
        const closed = call.reusedSocket && error.code === 'ECONNRESET';
        if (closed && method === 'GET' && !again) resolve(send(asked, true));
        else reject(error);
      });
      call.end(body);
    });
  }
  return (asked) => send(asked, false);
}

/** The JSON of an answer; undefined for a path that the API server does not know, about which it sends text. */
export async function bodyOf(response: IncomingMessage): Promise<unknown> {
  if (response.statusCode !== 404 || response.headers['content-type']?.includes('json')) return json(response);
  response.resume();
  return undefined;
}
