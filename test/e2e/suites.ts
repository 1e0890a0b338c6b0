// Runs groups of suites by vitest, and adds their reports up.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endingWithUs } from '../cluster/daemon.ts';
import type { Ended } from '../reports.ts';
import { runSteadily } from '../steady.ts';
import { type Summary, summarize } from './summary.ts';
import { project, type TargetDescription } from './target.ts';

export interface Suites {
  /** Runs one group: `options` are vitest's, `wanted` its filters, `description` is the cluster that they need. */
  run(
    group: string,
    wanted: readonly string[],
    description?: TargetDescription,
    options?: readonly string[],
  ): Promise<void>;
  /** Of all groups that were run. */
  summary(): Summary;
}

/** The suites of one run; `name` keeps its reports apart from those of another one that goes on beside it. */
export function createSuites(name: string): Suites {
  const output = join(project, 'test', 'output');
  const runs: Ended[] = [];
  return {
    async run(group, wanted, description, options = []) {
      const target = description ? { E2E_TARGET: JSON.stringify(description) } : {};
      const reporters = ['--reporter=default', `--reporter=${join(project, 'test', 'reporter.ts')}`];
      const ended = await runSteadily(async (files) => {
        const report = join(output, `e2e-${name}-${group}${files.length > 0 ? '-again' : ''}.json`);
        rmSync(report, { force: true });
        const args = [...options, ...(files.length > 0 ? files : wanted), ...reporters];
        return { report, ...(await vitest(args, { TEST_REPORT: report, ...target })) };
      });
      runs.push(ended);
    },
    summary: () => summarize(runs),
  };
}

/** Runs it, with `env` besides our own environment, and says how it ended. It ends with this process. */
function vitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Pick<Ended, 'status' | 'signal'>> {
  const program = join(project, 'node_modules/vitest/vitest.mjs');
  const [command, rest] = endingWithUs(process.execPath, [
    ...[program, 'run', '--config', 'test/e2e/vitest.config.ts'],
    ...args,
  ]);
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      cwd: project,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', reject).on('close', (status, signal) => resolve({ status, signal }));
  });
}
