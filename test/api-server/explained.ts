import { vi } from 'vitest';
import { decisionText } from '../../src/cli/explain/text.ts';
import type { Decision } from '../../src/engine/explain/explain.ts';
import { ensureBinaries } from '../cluster/binaries.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { command } from './command.ts';

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
  const { kubectl } = await ensureBinaries(['kubectl']);
  const { stdout, stderr } = command({ kubectl, kubeconfig }, ['explain', ...args, '-o', 'json'], stdin);
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
