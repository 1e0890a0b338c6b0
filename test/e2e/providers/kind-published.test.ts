// A run on the machine's Docker does not take over a kind cluster that somebody else has made.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../run.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-published-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a cluster of the same name is left alone, and named', async () => {
  const script = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script('docker', 'exit 0');
  script('kind', 'echo "$@" >>"$0.called"; echo sidecar-injector-mine');
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  const args = [program, '--provider', 'kind', '--name', 'mine'];
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { env }, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
  });
  const remedy = 'remove it (kind delete cluster --name sidecar-injector-mine), or give --name';
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `there is a kind cluster sidecar-injector-mine already: ${remedy}\n`,
  });
  expect(readFileSync(join(folder, 'kind.called'), 'utf8')).toBe('get clusters\n');
});
