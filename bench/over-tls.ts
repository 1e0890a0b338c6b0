import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../test/cluster/certificates.ts';
import { type ReviewSize, reviewOf } from './reviews.ts';

/** One run of load against one server. */
export interface LoadRun {
  readonly requestsPerSecond: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  /** Microseconds of processor time that the server spent on each request, as the kernel accounts it. */
  readonly cpu: number;
}

export interface TlsRow {
  readonly review: string;
  readonly ours: LoadRun;
  readonly bare: LoadRun;
  /** Requests per second of ours by the bare server's: the median of the ratios of neighbouring runs. */
  readonly ratio: number;
  /** Processor time of the bare server by ours, likewise: steadier than requests per second on a busy machine. */
  readonly cpuRatio: number;
  /** Resident memory in MiB after the runs of this size. */
  readonly residentOurs: number;
  readonly residentBare: number;
}

interface Running {
  readonly port: number;
  readonly process: ChildProcess;
}

const serverCore = '0';
const clientCore = '1';
const node = process.execPath;
const here = import.meta.dirname;

/**
 * Both servers on one core, the load on another; A B A B … so that a drift of the machine hits both alike.
 * `patch` (base64) is what the bare server answers.
 */
export async function measureOverTls(
  sizes: readonly ReviewSize[],
  patch: string,
  rounds: number,
  seconds: number,
): Promise<TlsRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sidecar-bench-'));
  const authority = await createAuthority('bench');
  const { certificatePem, keyPem } = await authority.issue({
    commonName: 'localhost',
    hosts: ['localhost', '127.0.0.1'],
  });
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  writeFileSync(cert, certificatePem);
  writeFileSync(key, keyPem, { mode: 0o600 });
  const constant = join(folder, 'patch');
  writeFileSync(constant, patch);
  const ours = await startOurs(cert, key);
  const bare = await startBare(cert, key, constant);
  try {
    const [first, ...others] = sizes;
    if (!first) return [];
    const fresh = { ...first, label: `${first.label}, fresh annotations`, fresh: true };
    return [first, fresh, ...others].map((size) => measureSize(size, ours, bare, rounds, seconds));
  } finally {
    ours.process.kill('SIGKILL');
    bare.process.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function measureSize(
  size: ReviewSize & { fresh?: boolean },
  ours: Running,
  bare: Running,
  rounds: number,
  seconds: number,
): TlsRow {
  const body = reviewOf(size);
  const pairs: { ours: LoadRun; bare: LoadRun }[] = [];
  process.stderr.write(`  over TLS, ${size.label}: both get warm\n`);
  for (const server of [ours, bare]) load(server, body, seconds, size.fresh);
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`  over TLS, ${size.label}: round ${round + 1} of ${rounds}\n`);
    pairs.push({ ours: load(ours, body, seconds, size.fresh), bare: load(bare, body, seconds, size.fresh) });
  }
  return {
    review: size.label,
    ours: medianRun(pairs.map((pair) => pair.ours)),
    bare: medianRun(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.ours.requestsPerSecond / pair.bare.requestsPerSecond)),
    cpuRatio: median(pairs.map((pair) => pair.bare.cpu / pair.ours.cpu)),
    residentOurs: resident(ours),
    residentBare: resident(bare),
  };
}

function load(server: Running, body: string, seconds: number, fresh = false): LoadRun {
  const args = [
    '-c',
    clientCore,
    node,
    join(here, 'load.ts'),
    String(server.port),
    '8',
    String(seconds),
    fresh ? 'fresh' : '',
  ];
  const before = processorTime(server);
  const { stdout, status } = spawnSync('taskset', args, { input: body, encoding: 'utf8' });
  if (status !== 0) throw new Error('the load program failed');
  const { answers, ...run } = JSON.parse(stdout);
  return { ...run, cpu: (processorTime(server) - before) / answers };
}

/** Microseconds in user and kernel mode, all threads. Source: proc(5), in ticks of 10 ms. */
function processorTime({ process: server }: Running): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function medianRun(runs: readonly LoadRun[]): LoadRun {
  const sorted = [...runs].sort((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (!middle) throw new Error('no runs');
  return { ...middle, errors: runs.reduce((sum, { errors }) => sum + errors, 0) };
}

/** VmRSS in MiB. Source: proc(5). */
function resident({ process: server }: Running): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** The server as it runs in the image, with its log line per review going to a file. */
async function startOurs(cert: string, key: string): Promise<Running> {
  const log = join(tmpdir(), `sidecar-bench-${process.pid}.log`);
  const program = [
    join(here, '../src/main/serve.ts'),
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--tls-cert',
    cert,
    '--tls-key',
    key,
  ];
  const server = spawn('sh', ['-c', 'exec taskset -c "$0" "$@" > "$LOG"', serverCore, node, ...program], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, LOG: log },
  });
  for (let attempt = 0; attempt < 100; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const line = readFileSync(log, { encoding: 'utf8', flag: 'a+' })
      .split('\n')
      .find((text) => text.includes('"port"'));
    if (!line) continue;
    rmSync(log); // the server keeps the open file; nothing is left when it ends
    return { port: JSON.parse(line).port, process: server };
  }
  throw new Error('the server does not start');
}

function startBare(cert: string, key: string, patch: string): Promise<Running> {
  const server = spawn('taskset', ['-c', serverCore, node, join(here, 'bare-server.ts'), cert, key, patch], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stdout?.once('data', (text: Buffer) => resolve({ port: Number(text.toString()), process: server }));
  });
}
