// `npm test [-- FILTER …]`: prepares a real API server, runs the suites, and prints a summary.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBinaries } from './cluster/binaries.ts';
import { readReports } from './reports.ts';
import { runSteadily } from './steady.ts';
import { prepareTools } from './tools.ts';

const root = join(import.meta.dirname, '..');
const filters = process.argv.slice(2);

/** The version of the API server that the suites run against, or why it is not available. */
async function apiServerVersion(): Promise<string> {
  try {
    const programs = await ensureBinaries(['etcd', 'kube-apiserver', 'kubectl']);
    const { stdout } = spawnSync(programs['kube-apiserver'], ['--version'], { encoding: 'utf8' });
    return stdout.trim();
  } catch (error) {
    return `not available here (${error instanceof Error ? error.message : String(error)})`;
  }
}

const started = Date.now();
await prepareTools((message) => console.log(message));
console.log('Preparing the real API server (downloaded or built once, then cached) …');
const version = await apiServerVersion();
const prepared = Date.now();

const outcome = await runSteadily(async (files) => {
  const reporters = ['--reporter=default', `--reporter=${join(root, 'test', 'reporter.ts')}`];
  const report = join(root, 'test', 'output', files.length > 0 ? 'again.json' : 'results.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const wanted = files.length > 0 ? files : filters;
  const env = { ...process.env, TEST_REPORT: report };
  const { status, signal } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...wanted], {
    ...{ cwd: root, stdio: 'inherit', env },
  });
  return { report, status, signal };
});
const { passed, failed, failures, unsteady, notRun } = readReports([outcome]);

const seconds = (from: number, to: number) => `${Math.round((to - from) / 1000)} s`;
console.log(`\nReal API server: ${version}`);
console.log(`Preparing took ${seconds(started, prepared)}, the suites ${seconds(prepared, Date.now())}.`);
if (notRun.length > 0 && filters.length === 0) {
  console.log('Not tested, because this machine lacks a tool:');
  for (const name of notRun) console.log(`  ${name}`);
}
for (const line of [...unsteady, ...failures]) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
