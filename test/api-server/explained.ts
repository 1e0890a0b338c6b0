import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { decisionText } from '../../src/cli/explain/text.ts';
import { sidecar } from '../../src/cli/sidecar.ts';
import type { Decision } from '../../src/engine/explain/explain.ts';
import { kubectl } from '../../src/main/kubectl.ts';
import { loadCatalog } from '../../src/main/load-catalog.ts';
import { problemsPage } from '../../src/main/problems-page.ts';
import { version } from '../../src/main/version.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';

/** What `sidecar explain` says: the decision, the first three lines of its text, and standard error. */
export interface Explanation {
  readonly decision: Decision | undefined;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/** Runs `sidecar explain` with the kubectl of the cluster. */
export async function explained(
  { kubeconfig }: ControlPlane,
  args: readonly string[],
  stdin: object = {},
): Promise<Explanation> {
  const folder = dirname((await ensureBinaries(['kubectl'])).kubectl);
  if (!process.env.PATH?.startsWith(`${folder}:`)) process.env.PATH = `${folder}:${process.env.PATH}`;
  process.env.KUBECACHEDIR = join(dirname(kubeconfig), 'explain-cache');
  let stdout = '';
  let stderr = '';
  sidecar(
    {
      args: ['explain', ...args, '--kubeconfig', kubeconfig, '-o', 'json'],
      stdin: () => new TextEncoder().encode(JSON.stringify(stdin)),
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      files: {
        isFolder: () => false,
        read: () => ({ message: '' }),
        list: () => ({ message: '' }),
        create: () => undefined,
      },
      colour: false,
    },
    {
      ...{ loadCatalog, kubectl, problemsPage, now: Date.now },
      readCluster: () => ({ message: '' }),
      injector: { version, image: `ghcr.io/sidecar-injector/sidecar-injector:${version}` },
    },
  );
  const decision: Decision | undefined = stdout === '' ? undefined : JSON.parse(stdout);
  const lines = decision ? decisionText(decision, false).split('\n').slice(0, 3) : stderr.split('\n').slice(0, 3);
  return { decision, lines, stderr };
}

/** Waits until something is so. */
export function until(check: () => Promise<boolean>, message: string): Promise<void> {
  return vi.waitFor(
    async () => {
      if (!(await check())) throw new Error(`not yet: ${message}`);
    },
    { timeout: 120_000, interval: 200 },
  );
}
