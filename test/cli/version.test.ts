import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureBinaries } from '../cluster/binaries.ts';
import { run } from './run.ts';

it('prints the version of the command line and asks nobody', () => {
  expect(run(['version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  expect(JSON.parse(run(['version', '-o', 'json']).stdout)).toEqual({ client: '0.1.0' });
  expect(run(['version', '-o', 'yaml']).stdout).toBe('client: 0.1.0\n');
});

it('says what it does not know of a cluster', () => {
  expect(run(['version', '--cluster'])).toEqual({
    code: 2,
    stdout: 'Client: 0.1.0\nInjector: unknown\nAPI server: unknown\n',
    stderr: 'error: /version: no cluster\n',
  });
  expect(run(['version', 'now'])).toMatchObject({ code: 2, stderr: expect.stringContaining('drop now') });
});

it('gives up a cluster that does not answer', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'silent-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const clusters = [{ name: 'c', cluster: { server: `https://127.0.0.1:${port}` } }];
  const users = [{ name: 'u', user: { token: 'token' } }];
  const contexts = [{ name: 'c', context: { cluster: 'c', user: 'u' } }];
  writeFileSync(kubeconfig, JSON.stringify({ clusters, users, contexts, 'current-context': 'c' }));
  const { kubectl } = await ensureBinaries(['kubectl']);
  const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
  const args = [program, 'version', '--cluster', '--kubeconfig', kubeconfig];
  const env = { ...process.env, PATH: `${dirname(kubectl)}:${process.env.PATH}` };
  const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
  let stderr = '';
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
  expect(stderr).toMatch(/^error: \/version: .*(timeout|deadline)/i);
  silent.close();
  rmSync(folder, { recursive: true });
});
