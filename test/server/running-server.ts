import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import type { CertificatePair } from '../../src/certificates/pair.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { buildServer, type InjectorServer } from '../../src/server/build-server.ts';
import type { ServerDeps } from '../../src/server/deps.ts';
import type { State } from '../../src/state/state.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { workloadKinds } from '../../src/workload/kinds.ts';

const day = 86_400_000;

const now = new Date();
export const authority: CertificatePair = await issueAuthority({ commonName: 'test CA', life: day, now });

/** A certificate for localhost below the authority of the tests. */
export function leaf(): Promise<CertificatePair> {
  return issueLeaf(authority, { commonName: 'test', life: day, now, names: ['localhost', '127.0.0.1'] });
}
const firstLeaf = await leaf();

export const state: State = {
  catalog: loadCatalog([]).catalog,
  cluster: { version: '', nativeSidecars: true, assignsUsers: false },
  injector: { version: '0.0.0', image: 'sidecar-injector:test' },
  namespaces: new Map(),
  policies: [],
  workloads: workloadKinds,
};

/** One line of the log, as the server wrote it. */
export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface RunningServer extends InjectorServer {
  readonly port: number;
  readonly lines: LogLine[];
  readonly tls: CertificatePair;
}

/** A server on a free port of loopback, with real TLS and real metrics; its log is kept as a list. */
export async function startServer(changes: Partial<ServerDeps> = {}): Promise<RunningServer> {
  const lines: LogLine[] = [];
  const line = (level: string, fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  const writer = (level: string) => (fields: object, message: string) => line(level, fields, message);
  const built = buildServer({
    state: () => state,
    log: { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') },
    metrics: createMetrics('0.0.0'),
    tls: firstLeaf,
    known: () => undefined,
    ready: () => undefined,
    clock: () => performance.now(),
    ...changes,
  });
  await built.app.ready();
  built.app.server.listen(0, '127.0.0.1');
  await once(built.app.server, 'listening');
  const { port } = built.app.server.address() as AddressInfo; // listens on TCP
  return { ...built, port, lines, tls: firstLeaf };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** The body in the pieces in which it is sent, or milliseconds to wait between two of them. */
  readonly body?: readonly (string | Buffer | number)[];
  readonly agent?: Agent;
}

/** One request that trusts nothing but the authority of the tests. */
export async function call({ port, path, method = 'GET', headers = {}, body = [], agent }: Call): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, ca: authority.cert, agent: agent ?? false });
  const answered = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      text(response).then((body) => resolve({ status, headers, body }), reject);
    });
  });
  const over = answered.catch(() => undefined); // told to whoever awaits the call, also when pieces are still being sent
  for (const piece of body) {
    if (typeof piece === 'number') await Promise.race([over, new Promise((resolve) => setTimeout(resolve, piece))]);
    else sent.write(piece);
  }
  sent.end();
  return answered;
}

/** `POST /mutate` as the API server does it. */
export function mutate(port: number, body: string, more: Partial<Call> = {}): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return call({ port, path: '/mutate?timeout=10s', method: 'POST', headers, body: [body], ...more });
}

/** A review of a pod with these annotations. */
export function review(annotations: Record<string, string>, more: object = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      resource: { group: '', version: 'v1', resource: 'pods' },
      operation: 'CREATE',
      namespace: 'shop',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { generateName: 'web-', annotations },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
      ...more,
    },
  });
}

export const git = { 'sidecar.io/git-repo': 'https://git.example.com/site.git' };
