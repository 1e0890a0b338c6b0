import { expositionType } from '../../kit/exposition.ts';
import { printable } from '../command/command.ts';
import type { Feed } from '../feed.ts';
import type { Frame } from '../forms/frame.ts';
import { type PageFile, pagePolicy } from '../page-files.ts';
import schema from '../processes/snapshot.schema.json' with { type: 'json' };
import type { HostCheck } from './hosts.ts';
import { formFor, forms } from './negotiate.ts';
import type { Guard } from './token.ts';

/** The parts of a request that an answer depends on. */
export type Request = { path: string; query: URLSearchParams; headers: Readonly<Record<string, string | undefined>> };

export type Answer = {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  /** Further parts, one for each new frame, until the client disconnects. */
  follow?: (frame: Frame) => string | Buffer;
};

/** `guard` is absent when no token is set. */
export type Doors = {
  feed: Feed;
  page: ReadonlyMap<string, PageFile>;
  guard: Guard | undefined;
  hosts: HostCheck;
  basePath: string;
};

/** Clears a terminal, its scroll-back too, and puts the cursor in the corner. */
const clearScreen = '\x1b[H\x1b[2J\x1b[3J';

const schemaText = `${JSON.stringify(schema, null, 2)}\n`;

/** Answers one GET request. The base path is optional in it: some proxies strip it, and probes do not use it. */
export async function answer(doors: Doors, request: Request): Promise<Answer> {
  const { basePath, page } = doors;
  const inside = request.path === basePath || request.path.startsWith(`${basePath}/`);
  const path = inside ? request.path.slice(basePath.length) : request.path;
  if (path === '/healthz') return plain(200, 'ok\n');
  const misdirected = refuseHost(doors, request.headers.host);
  if (misdirected) return misdirected;
  // Relative, because a proxy may have put a path of its own before ours.
  if (path === '') return redirect(`${basePath.split('/').at(-1)}/topz`);
  if (path === '/') return redirect('topz');
  if (path === '/topz/') return redirect('../topz');
  if (path === '/topz') return processes(doors, request);
  if (path === '/topz/snapshot.schema.json') return { ...plain(200, schemaText), headers: json };
  if (path === '/metrics') return guarded(doors, request) ?? metrics(doors.feed);
  const file = path.startsWith('/topz/') ? page.get(path.slice('/topz/'.length)) : undefined;
  if (file) return fileAnswer(file, request);
  return plain(404, 'Nothing here. There are /topz, /metrics and /healthz.\n');
}

async function processes(doors: Doors, request: Request): Promise<Answer> {
  const { query, headers } = request;
  const form = formFor(query.get('format'), headers.accept);
  if (!form) return plain(400, `No such format. There are ${forms.join(', ')}.\n`);
  const page = doors.page.get('index.html');
  // The page itself contains no data, so it needs no token.
  if (form === 'html' && page) return fileAnswer(page, request);
  const refusal = guarded(doors, request);
  if (refusal) return refusal;

  const frame = await doors.feed.latest();
  const watch = query.get('watch');
  if (form === 'json') {
    const body = query.has('trends') ? frame.jsonWithTrends() : frame.json();
    if (watch === null) return { status: 200, headers: json, body };
    return {
      status: 200,
      headers: { ...json, 'content-type': 'application/x-ndjson' },
      body,
      follow: (one) => one.json(),
    };
  }
  if (watch === null) return plain(200, frame.text());
  const before = watch === 'screen' ? clearScreen : '';
  const follow = (one: Frame) => `${before || '\n'}${one.text()}`;
  return { ...plain(200, `${before}${frame.text()}`), follow };
}

async function metrics(feed: Feed): Promise<Answer> {
  const frame = await feed.latest();
  return { status: 200, headers: { ...vary, 'content-type': expositionType }, body: frame.metrics(feed.watchers()) };
}

/** A web page that reached topz by DNS rebinding does not know the token, so with a token every name is fine. */
function refuseHost({ guard, hosts }: Doors, host: string | undefined): Answer | undefined {
  if (guard || hosts(host)) return undefined;
  const name = printable(host ?? '').slice(0, 100);
  return plain(
    421,
    `topz does not answer to the host name "${name}". Add the name to the annotation sidecar.io/topz-hosts ` +
      '(option --hosts), or use an IP address or localhost.\n',
  );
}

function guarded(doors: Doors, request: Request): Answer | undefined {
  if (!doors.guard || doors.guard(request.headers.authorization)) return undefined;
  const refusal = plain(401, 'topz requires a token. Send "Authorization: Bearer <token>".\n');
  return { ...refusal, headers: { ...refusal.headers, 'www-authenticate': 'Bearer realm="topz"' } };
}

/** Answers differ by these headers. */
const vary = { vary: 'accept, authorization', 'cache-control': 'no-store' };
const json = { ...vary, 'content-type': 'application/json' };

function fileAnswer(file: PageFile, request: Request): Answer {
  const headers = {
    vary: 'accept',
    'cache-control': 'no-cache',
    'content-type': file.type,
    'content-security-policy': pagePolicy,
    etag: file.etag,
  };
  const known = request.headers['if-none-match'] === file.etag;
  return { status: known ? 304 : 200, headers, body: known ? '' : file.body };
}

function plain(status: number, body: string | Buffer): Answer {
  return { status, headers: { ...vary, 'content-type': 'text/plain; charset=utf-8' }, body };
}

function redirect(location: string): Answer {
  return { status: 302, headers: { ...vary, location }, body: '' };
}
