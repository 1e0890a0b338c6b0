import type { KubeConfig } from '@kubernetes/client-node';
import { bodyOf, createSend } from './send.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: object;
  /** Of the body; a patch has a type of its own. */
  readonly contentType?: string;
  /** What the answer should be; JSON of the whole object when absent. */
  readonly accept?: string;
  /** Milliseconds until the request fails. */
  readonly timeout?: number;
  /** Bytes of the answer: a larger one fails. */
  readonly most?: number;
}

export interface ApiAnswer {
  readonly status: number;
  /** What `bodyOf` gives: an object of the cluster, or a `Status` that says what went wrong. */
  readonly body: unknown;
}

/**
 * Sends one request. Rejects when the API server cannot be reached, is too slow, or answers no JSON or too much of it.
 */
export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

/** Types of bodies. The second is an apply: JSON is YAML. */
export const [mergePatch, applyPatch] = ['application/merge-patch+json', 'application/apply-patch+yaml'] as const;
const plainJson = 'application/json';
const maxSockets = 8;
/** Bytes of an answer, where a request says no other number. */
const maxAnswer = 64 * 1024 * 1024;
const defaultTimeout = 30_000;

/**
 * Requests that are answered with one object. The generated clients of @kubernetes/client-node open a connection for
 * each request, which takes four times as long and seven times the processor time.
 */
export function openApi(kubeConfig: KubeConfig): Api {
  const send = createSend(kubeConfig, maxSockets);
  return async ({
    method = 'GET',
    path,
    body,
    contentType = plainJson,
    accept = plainJson,
    timeout = defaultTimeout,
    most = maxAnswer,
  }) => {
    const signal = AbortSignal.timeout(timeout);
    const headers = { accept, ...(body ? { 'content-type': contentType } : {}) };
    try {
      const response = await send({ method, path, headers, body: body && JSON.stringify(body), signal });
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > most) response.destroy(new Error(`the answer is larger than ${most} bytes`));
      });
      return { status: response.statusCode ?? 0, body: await bodyOf(response) };
    } catch (error) {
      throw signal.aborted ? new Error(`the API server did not answer within ${timeout / 1000} s`) : error;
    }
  };
}

/** What an answer says about its failure, for a message: `403: namespaces "shop" is forbidden`. */
export function failureOf({ status, body }: ApiAnswer): string {
  const { message = '' } = (body ?? {}) as { readonly message?: string }; // a Status of the API server
  return message === '' ? `status ${status}` : `${status}: ${message}`;
}
