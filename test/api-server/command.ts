import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { ExitCode } from '../../src/cli/console.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import { kubectl } from '../../src/main/kubectl.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { pause } from '../../src/main/pause.ts';
import { problemsPage } from '../../src/main/problems-page.ts';
import { version } from '../../src/main/version.ts';

/** What a test needs of a cluster to run the command line on it. */
export interface Commanded {
  readonly kubectl: string;
  readonly kubeconfig: string;
}

/**
 * Runs the command line with the kubectl of a cluster. It waits for its end: nothing else goes on in this process
 * meanwhile.
 */
export function command(
  { kubectl: program, kubeconfig }: Commanded,
  args: readonly string[],
  stdin: object = {},
  now = Date.now,
) {
  const folder = dirname(program);
  if (!process.env.PATH?.startsWith(`${folder}:`)) process.env.PATH = `${folder}:${process.env.PATH}`;
  process.env.KUBECACHEDIR = join(dirname(kubeconfig), 'command-cache');
  const printed = { stdout: '', stderr: '' };
  const code: ExitCode = sidecar(
    {
      args: [...args, '--kubeconfig', kubeconfig],
      stdin: () => new TextEncoder().encode(JSON.stringify(stdin)),
      stdout: (text) => {
        printed.stdout += text;
      },
      stderr: (text) => {
        printed.stderr += text;
      },
      files: {
        isFolder: () => false,
        read: () => ({ message: '' }),
        list: () => ({ message: '' }),
        create: () => undefined,
        write: () => ({ message: '', written: [] }),
      },
      colour: false,
      live: false,
    },
    {
      ...{ loadCatalog, kubectl, problemsPage, now, pause },
      injector: { version, image: `ghcr.io/sidecar-injector/sidecar-injector:${version}` },
    },
  );
  return { code, ...printed };
}

/** The same as a process of its own, for commands that take long. */
export function commandProcess({ kubectl: program, kubeconfig }: Commanded, args: readonly string[]) {
  const env = {
    ...process.env,
    PATH: `${dirname(program)}:${process.env.PATH}`,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(dirname(kubeconfig), 'command-cache'),
  };
  const main = join(import.meta.dirname, '../../src/main/sidecar.ts');
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}
