// A machine on which kind can't come up says why, before anything is built or started.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../run.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-path-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * What `npm run e2e -- --provider kind` prints where cgroup v1 is hidden, as a user who is not root but may read the
 * project.
 */
function runThere(): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const user = ['setpriv', '--reuid=65534', '--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search'];
  const run = [...user, process.execPath, program, '--provider', 'kind'];
  const hidden = 'mount -t tmpfs tmpfs /sys/fs/cgroup; export PATH="$0"; exec "$@"';
  const setpriv = '/usr/bin/setpriv';
  const args = ['--mount', '/bin/sh', '-c', hidden, folder, setpriv, ...run.slice(1)];
  return new Promise((resolve) => {
    execFile('unshare', args, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

const lacks = 'this is not root, there is no cgroup v1, there is no apt-get';
const engine = `Without it, the run starts an engine of its own, which takes Linux, root, cgroup v1 and a Debian mirror: ${lacks}.`;

it('a machine without Docker is told what it lacks for an engine of our own', async () => {
  expect(await runThere()).toEqual({
    code: 1,
    stdout: '0 passed, 1 failed\n',
    stderr: `--provider kind needs Docker: there is no docker on the PATH. ${engine}\n`,
  });
});

it('a Docker that does not answer is quoted', async () => {
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "permission denied while trying to connect" >&2; exit 1\n', {
    mode: 0o755,
  });
  expect(await runThere()).toMatchObject({
    code: 1,
    stderr: `--provider kind needs Docker: permission denied while trying to connect. ${engine}\n`,
  });
});
