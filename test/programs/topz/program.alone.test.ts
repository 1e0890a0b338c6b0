import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, catalogCommand, costOf, namespaces, start } from './program.ts';

const main = new URL('../../../src/main/topz.ts', import.meta.url).pathname;
/** What a pod's topz is started with: node, its flags, the program. */
const [, ...flags] = catalogCommand().slice(0, -1);
let topz: ReturnType<typeof bundle>;

beforeAll(() => {
  topz = bundle();
});
afterAll(() => topz.remove());

/**
 * topz as first process of a PID namespace, beside so many sleeping processes. Without namespaces: beside whatever runs
 * here.
 */
const beside = (count: number) => {
  const sleepers = `i=0; while [ $i -lt ${count} ]; do sleep 1000 & i=$((i+1)); done`;
  const program = `exec ${process.execPath} ${flags.join(' ')} ${topz.file} --addr=127.0.0.1:0`;
  const shell = ['sh', '-c', `${sleepers}; ${program}`];
  return namespaces ? ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', ...shell] : shell;
};

const samplesOf = async (url: string) =>
  Number(/^topz_samples_total (\d+)/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

/** Opens so many endless streams and reads them. */
function watch(url: string, count: number): () => void {
  const stop = new AbortController();
  for (let i = 0; i < count; i++) {
    const form = i % 2 === 0 ? 'json' : 'text';
    fetch(`${url}/topz?watch&format=${form}`, { signal: stop.signal })
      .then(async ({ body }) => {
        for await (const part of body ?? []) void part;
      })
      .catch(() => undefined); // aborted at the end
  }
  return () => stop.abort();
}

async function measure(url: string, pid: number, seconds: number) {
  const before = { ...costOf(pid), samples: await samplesOf(url), at: performance.now() };
  await wait(seconds * 1000);
  const after = { ...costOf(pid), samples: await samplesOf(url), at: performance.now() };
  const passed = (after.at - before.at) / 1000;
  return {
    cpu: ((after.seconds - before.seconds) / passed) * 100,
    rss: after.rss / 1024,
    samples: (after.samples - before.samples) / passed,
  };
}

const figures = ({ cpu, rss, samples }: Awaited<ReturnType<typeof measure>>) =>
  `${cpu.toFixed(2)} % of a core, ${rss.toFixed(1)} MiB resident, ${samples.toFixed(2)} samples/s`;

describe(`the cost${namespaces ? '' : ' (beside all processes of this machine: no namespaces here)'}`, () => {
  it('with 50 processes and a watcher is at most 1 % of a core and 60 MiB', async () => {
    const running = await start(beside(49));
    const stop = watch(running.url, 1);
    await wait(3000);
    const cost = await measure(running.url, running.pid, 8);
    stop();
    await wait(300);
    const resting = await measure(running.url, running.pid, 5);
    const { processes } = (await (await fetch(`${running.url}/topz?format=json`)).json()) as { processes: unknown[] }; // our own format
    process.stdout.write(`${processes.length} processes, one watcher: ${figures(cost)}; nobody: ${figures(resting)}\n`);
    if (namespaces) expect(processes).toHaveLength(50);
    expect(cost.cpu).toBeLessThanOrEqual(1);
    expect(cost.rss).toBeLessThanOrEqual(60);
    expect(resting.cpu).toBeLessThanOrEqual(cost.cpu + 0.2);
    expect(await running.stop()).toBe(0);
  });

  it('with 1,000 processes, and with 100 watchers: no more samples', async () => {
    const running = await start(beside(999));
    const stopOne = watch(running.url, 1);
    await wait(3000);
    const one = await measure(running.url, running.pid, 6);
    stopOne();
    const stop = watch(running.url, 100);
    const watchers = async () => (await (await fetch(`${running.url}/metrics`)).text()).includes('topz_watchers 100\n');
    await expect.poll(watchers, { timeout: 60_000, interval: 500 }).toBe(true);
    const hundred = await measure(running.url, running.pid, 6);
    stop();
    process.stdout.write(`1,000 processes, one watcher: ${figures(one)}; 100 watchers: ${figures(hundred)}\n`);
    // One every 2 s, and a few for the questions of this test.
    expect(hundred.samples).toBeLessThan(1);
    expect(one.samples).toBeLessThan(1);
    expect(await running.stop()).toBe(0);
  });
});

describe('the program', () => {
  it.skipIf(!namespaces)(
    'runs as any user without capabilities, on a read-only root, and says that it is alone (needs unshare)',
    async () => {
      const bare =
        'setpriv --reuid=54321 --regid=54321 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs';
      const program = `mount -o remount,bind,ro / && exec ${bare} ${process.execPath} ${topz.file} --addr=127.0.0.1:0`;
      const running = await start([
        'unshare',
        '--mount',
        '--pid',
        '--fork',
        '--mount-proc',
        '--kill-child',
        'sh',
        '-c',
        program,
      ]);
      const snapshot = await (await fetch(`${running.url}/topz?format=json`)).json();
      expect(snapshot).toMatchObject({
        alone: true,
        processes: [{ pid: 1, command: 'topz' }],
      });
      expect((await fetch(`${running.url}/topz`, { headers: { accept: 'text/html' } })).status).toBe(200);
      expect(await running.stop()).toBe(0);
    },
  );

  it('ends at once with SIGTERM, watchers or not', async () => {
    const running = await start([process.execPath, main, '--addr=127.0.0.1:0']);
    const stop = watch(running.url, 5);
    await wait(800);
    const began = performance.now();
    expect(await running.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
    stop();
  });

  const run = (args: string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });

  it('explains wrong options and ends with 2', () => {
    const { status, stderr } = run(['--adr=1', '--period=9h'], { TOPZ_MASK: 'never' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Unknown flag --adr.*\nInvalid .*--period.*\nInvalid .* TOPZ_MASK.*\n$/);
  });

  it('does not start without the token that it was told to ask for', () => {
    expect(run(['--token-file=/nowhere'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--token-file=\/nowhere is empty or cannot be read/),
    });
  });

  it('does not start where it could show nothing', () => {
    expect(run(['--addr=127.0.0.1:0', '--proc=/nowhere'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^--proc=\/nowhere has no processes/),
    });
  });

  it('explains a port that is taken and ends with 1', async () => {
    const running = await start([process.execPath, main, '--addr=127.0.0.1:0']);
    const { port } = new URL(running.url);
    expect(run([`--addr=127.0.0.1:${port}`])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'Choose another port with --addr, or for a sidecar with its annotation, such as sidecar.io/topz-port.',
      ),
    });
    await running.stop();
  });

  it('follows a token file that is renewed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'topz-token-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'one\n');
    const running = await start([process.execPath, main, '--addr=127.0.0.1:0'], { TOPZ_TOKEN_FILE: file });
    const status = async (token: string) =>
      (await fetch(`${running.url}/topz`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await status('one')).toBe(200);
    writeFileSync(file, 'two\n');
    expect([await status('one'), await status('two')]).toEqual([401, 200]);
    rmSync(folder, { recursive: true });
    expect(await status('two')).toBe(401);
    await running.stop();
  });

  it('helps', () =>
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('--addr HOST:PORT') }));
});
