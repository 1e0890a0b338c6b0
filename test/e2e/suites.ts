// Runs groups of suites by vitest, and adds their reports up.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endingWithUs } from '../cluster/daemon.ts';
import { type Summary, summarize } from './summary.ts';
import { project, type TargetDescription } from './target.ts';

export interface Suites {
  /** Runs one group: `args` are vitest's, `description` is the cluster that they need. */
  run(group: string, args: readonly string[], description?: TargetDescription): Promise<void>;
  /** Of all groups that were run. */
  summary(): Summary;
}

/** The suites of one run; `name` keeps its reports apart from those of another one that goes on beside it. */
export function createSuites(name: string): Suites {
  const output = join(project, 'test', 'output');
  const reports: string[] = [];
  let complaints = 0;
  return {
    async run(group, args, description) {
      mkdirSync(output, { recursive: true });
      const report = join(output, `e2e-${name}-${group}.json`);
      rmSync(report, { force: true });
      reports.push(report);
      const env = { ...process.env, ...(description ? { E2E_TARGET: JSON.stringify(description) } : {}) };
      if (!(await vitest([...args, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], env)))
        complaints++;
    },
    summary() {
      const found = summarize(reports);
      // Also what is no test's fault, such as an error that nobody caught, is one.
      return { ...found, failed: found.failed === 0 ? complaints : found.failed };
    },
  };
}

/** True when all is well. It ends with this process. */
function vitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const program = join(project, 'node_modules/vitest/vitest.mjs');
  const [command, rest] = endingWithUs(process.execPath, [
    ...[program, 'run', '--config', 'test/e2e/vitest.config.ts'],
    ...args,
  ]);
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { cwd: project, stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', reject).on('close', (code) => resolve(code === 0));
  });
}
