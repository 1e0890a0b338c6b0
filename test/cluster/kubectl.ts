// Runs kubectl against one cluster, and never against the one in the developer's own kubeconfig.
import { spawn } from 'node:child_process';
import { endingWithUs } from './daemon.ts';

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Kubectl = (args: readonly string[], options?: { stdin?: string }) => Promise<KubectlResult>;

/**
 * A kubectl that is bound to `kubeconfig` and keeps its discovery cache in `cacheFolder`. What it runs ends with this
 * process.
 */
export function createKubectl(program: string, kubeconfig: string, cacheFolder: string): Kubectl {
  return (args, { stdin } = {}) =>
    new Promise((resolve, reject) => {
      const place = ['--kubeconfig', kubeconfig, '--cache-dir', cacheFolder];
      const child = spawn(...endingWithUs(program, [...place, ...args]), {
        env: { ...process.env, KUBECONFIG: kubeconfig },
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({
          code: code ?? 1,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
        }),
      );
      child.stdin.on('error', () => {}); // kubectl may end without having read everything
      child.stdin.end(stdin ?? '');
    });
}
