import { request as requestHttp } from 'node:http';
import { Agent, type RequestOptions, request as requestHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** With its query. */
  readonly path: string;
  readonly body?: object;
  /** Of the body; a patch has a type of its own. */
  readonly contentType?: string;
  /** Milliseconds until the request fails. */
  readonly timeout?: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** The JSON of the answer: an object of the cluster, or a `Status` that says what went wrong. */
  readonly body: unknown;
}

/** Sends one request. Rejects when the API server cannot be reached, is too slow, or answers no JSON or too much of it. */
export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

const maxSockets = 8;
/** Bytes of an answer: some 10,000 namespaces, or 5,000 templates. */
const maxAnswer = 64 * 1024 * 1024;
const defaultTimeout = 30_000;

/**
 * Requests over connections that stay open. The generated clients of @kubernetes/client-node open one for each request,
 * which takes four times as long and seven times the processor time.
 */
export function openApi(kubeConfig: KubeConfig): Api {
  const keepAlive = new Agent({ keepAlive: true, maxSockets });
  const server = kubeConfig.getCurrentCluster()?.server ?? '';

  async function send(asked: ApiRequest, again: boolean): Promise<ApiAnswer> {
    const { method = 'GET', path, body, contentType = 'application/json', timeout = defaultTimeout } = asked;
    const options: RequestOptions = { method };
    await kubeConfig.applyToHTTPSOptions(options); // reads a renewed token
    const url = new URL(server.replace(/\/$/, '') + path);
    const type = body ? { 'content-type': contentType } : {};
    options.headers = { ...options.headers, accept: 'application/json', ...type };
    options.signal = AbortSignal.timeout(timeout);
    const secure = url.protocol === 'https:';
    if (secure && kubeConfig.getCurrentCluster()?.proxyUrl === undefined) options.agent = keepAlive;
    return new Promise((resolve, reject) => {
      const call = (secure ? requestHttps : requestHttp)(url, options, (response) => {
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswer) response.destroy(new Error(`the answer is larger than ${maxAnswer} bytes`));
        });
        json(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      call.on('error', (error: NodeJS.ErrnoException) => {
        // The API server has closed an idle connection at the moment that it was used.
        const closed = call.reusedSocket && error.code === 'ECONNRESET';
        if (closed && method === 'GET' && !again) resolve(send(asked, true));
        else reject(error.name === 'TimeoutError' || error.name === 'AbortError' ? tooSlow(timeout) : error);
      });
      call.end(body && JSON.stringify(body));
    });
  }
  return (asked) => send(asked, false);
}

function tooSlow(timeout: number): Error {
  return new Error(`the API server did not answer within ${timeout / 1000} s`);
}

/** What an answer says about its failure, for a message: `403: namespaces "shop" is forbidden`. */
export function failureOf({ status, body }: ApiAnswer): string {
  const { message = '' } = (body ?? {}) as { readonly message?: string }; // a Status of the API server
  return message === '' ? `status ${status}` : `${status}: ${message}`;
}
