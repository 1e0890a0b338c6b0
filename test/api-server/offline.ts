import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs `sidecar inject -f -` as a user would, on the given manifest. */
export function injectOffline(
  manifest: string,
  ...flags: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '../../src/main/sidecar.ts');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, 'inject', ...flags, '-f', '-'], { stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on('error', () => {}); // it may end without having read everything
    child.stdin.end(manifest);
  });
}
