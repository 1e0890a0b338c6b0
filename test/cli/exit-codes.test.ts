import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plainPod, run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'exit-codes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [pod, policy] = [join(folder, 'pod.yaml'), join(folder, 'policy.yaml')];
writeFileSync(pod, plainPod);
writeFileSync(
  policy,
  'apiVersion: sidecar.io/v1alpha1\nkind: SidecarPolicy\nmetadata: { name: a }\nspec: { require: [{ sidecar: topz }] }\n',
);
/** Of a cluster that nobody runs: port 1 is closed. */
const kubeconfig = join(folder, 'kubeconfig');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'none' },
    clusters: [{ name: 'none', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'none', user: {} }],
    contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
  }),
);

/** How each command asks a cluster. */
const asking: Readonly<Record<string, readonly string[]>> = {
  inject: ['-f', pod, '--cluster'],
  check: ['-f', pod, '--cluster'],
  explain: ['pod/web'],
  audit: [],
  impact: ['-f', policy],
  rollout: [],
  repair: [],
  doctor: [],
  policy: ['test', '-f', policy, '--cluster'],
  version: ['--cluster'],
};

const program = join(import.meta.dirname, '../../src/main/sidecar.ts');

/** Runs the program with kubectl. */
function ran(args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  return new Promise((resolve) => {
    const running = execFile(process.execPath, [program, ...args], { env }, (_, __, stderr) =>
      resolve({ code: running.exitCode, stderr }),
    );
  });
}

describe('a cluster that cannot be read', () => {
  it('is met by every command that asks one', () => {
    const names = [...run(['--help']).stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name = '']) => name);
    const asks = names.filter((name) => /^ +--(?:cluster|context)\b/m.test(run([name, '--help']).stdout));
    expect(asks).toEqual(Object.keys(asking));
  });

  it.concurrent.each(Object.entries(asking))('%s ends with 2, as with wrong usage', async (name, args) => {
    const result = await ran([name, ...args]);
    expect(result.code, result.stderr).toBe(2);
    expect(run([name, '--unknown']).code).toBe(2);
  });
});
