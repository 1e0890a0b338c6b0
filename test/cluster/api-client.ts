// The few requests that starting a cluster needs, with the certificates of its administrator.
import type { ClientRequest } from 'node:http';
import { type Agent, request } from 'node:https';
import { stringify } from 'yaml';
import type { Certificate } from './certificates.ts';

export interface Connection {
  readonly url: string;
  readonly caPem: string;
  readonly client: Certificate;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request, one answer. Without an `agent`, it has a connection of its own. */
export function callApi(
  connection: Connection,
  method: string,
  path: string,
  body?: object,
  agent?: Agent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = open(connection, method, path, agent);
    call.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.end(body && JSON.stringify(body));
  });
}

/** Calls `onLine` with each line of an answer that does not end, until `close`. */
export function streamApi(connection: Connection, path: string, onLine: (line: string) => void): { close(): void } {
  const call = open(connection, 'GET', path);
  call.on('error', () => {}); // the API server went away; whoever stopped it knows
  call.on('response', (response) => {
    let rest = '';
    response.on('error', () => {});
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  });
  call.end();
  return { close: () => call.destroy() };
}

function open(
  { url, caPem, client }: Connection,
  method: string,
  path: string,
  agent: Agent | false = false,
): ClientRequest {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const tls = { ca: caPem, cert: client.certificatePem, key: client.keyPem, agent };
  return request(new URL(path, url), { method, headers, ...tls });
}

/** The kubeconfig of this connection, everything inline. */
export function kubeconfigText({ url, caPem, client }: Connection, name = 'sidecar-injector-testbed'): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const credentials = {
    'client-certificate-data': base64(client.certificatePem),
    'client-key-data': base64(client.keyPem),
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name, user: credentials }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
