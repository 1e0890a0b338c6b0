// A git server over HTTP for tests: `git http-backend` behind node's server, with basic authentication if wanted.
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { argv } from 'node:process';
import { parseArgs } from 'node:util';

export interface GitServerOptions {
  /** The directory below which the (bare) repositories are. */
  readonly root: string;
  /** `user:password` as it must come now; without it everybody may read and push. */
  readonly credentials?: () => string;
}

/** Creates the server; the caller lets it listen. Repositories can be cloned and pushed to. */
export function createGitServer({ root, credentials }: GitServerOptions): Server {
  return createServer((request, response) => {
    const [kind, given] = (request.headers.authorization ?? '').split(' ');
    const sent = kind === 'Basic' ? Buffer.from(given ?? '', 'base64').toString() : undefined;
    if (credentials && sent !== credentials()) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    } else {
      serve(root, request, response);
    }
  });
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://git');
  const child = spawn('git', ['-c', 'safe.directory=*', '-c', 'http.receivepack=true', 'http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REMOTE_ADDR: request.socket.remoteAddress,
      CONTENT_TYPE: request.headers['content-type'],
      CONTENT_LENGTH: request.headers['content-length'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.on('error', (error) =>
    response.headersSent ? response.destroy() : response.writeHead(500).end(error.message),
  );
  child.stdin.on('error', () => {}); // it may answer without having read everything
  request.pipe(child.stdin);
  response.on('close', () => child.kill());
  passOn(child.stdout, response);
}

/** Turns what a CGI program writes into a response: first its headers, then the rest as it comes. */
function passOn(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    output.off('data', readHead);
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    output.pipe(response);
  };
  output.on('data', readHead);
  output.on('end', () => response.end());
}

// As a program: git-server.ts [--root=…] [--port=…] [--credentials=user:password] [repository to create if missing]...
if (import.meta.filename === argv[1]) {
  const { values, positionals } = parseArgs({
    options: { root: { type: 'string' }, port: { type: 'string' }, credentials: { type: 'string' } },
    allowPositionals: true,
  });
  const { root = '/srv/git', port = '3000', credentials } = values;
  for (const name of positionals) execFileSync('git', ['init', '-q', '--bare', '-b', 'main', join(root, name)]);
  const server = createGitServer({ root, ...(credentials === undefined ? {} : { credentials: () => credentials }) });
  server.listen(Number(port), () => console.log(`serving ${root} on port ${(server.address() as AddressInfo).port}`));
}
