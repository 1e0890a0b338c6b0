// `sidecar audit` and `sidecar impact` over many pods: memory does not grow with their number.
import { spawnSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { builtInState } from '../engine/state.ts';
import { type ManyPods, startManyPods } from './many-pods.ts';

/** MANY_PODS=100000 measures the largest clusters. */
const pods = Number(process.env.MANY_PODS ?? 10_000);
const cluster: ManyPods = startManyPods(pods / 500);
afterAll(() => cluster.remove());

const atExit = 'process.on("exit",()=>process.stderr.write(`maxRSS ${process.resourceUsage().maxRSS}`))';

/** Runs the program as users do, and gives the most memory that it took, in MiB. */
function measured(args: readonly string[], stdin = '') {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${atExit}`, 'src/main/sidecar.ts', ...args],
    {
      env: { ...process.env, PATH: `${cluster.folder}:${process.env.PATH}` },
      input: stdin,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  const [, said = '', kilobytes] = /^(.*)maxRSS (\d+)$/s.exec(stderr) ?? [];
  const memory = Number(kilobytes) / 1024;
  console.log(`sidecar ${args[0]} over ${pods} pods: ${Math.round(memory)} MiB`);
  return { status, stdout, said, memory };
}

it('audit finds what is wrong in all of them, in little memory', () => {
  const { status, stdout, said, memory } = measured(['audit', '-A', '-o', 'json']);
  expect(said).toContain(`${pods / 25} of ${pods} pods are not as they should be.\n`);
  expect(status).toBe(1);
  const { findings } = JSON.parse(stdout);
  // Of each owner one pod, without git and without topz.
  expect(findings).toHaveLength((pods / 25) * 2);
  expect(findings[0]).toMatchObject({ owner: { kind: 'Deployment' }, finding: 'missing' });
  expect(memory).toBeLessThan(300);
}, 900_000);

it('impact finds all that would be different, in little memory', () => {
  const topz = builtInState.catalog.templates.find(({ name }) => name === 'topz')?.document;
  const document = JSON.stringify({ ...topz, kind: 'ClusterSidecarTemplate' });
  const changed = document.replace(/"default":("?)21080"?/, '"default":$121081$1');
  const { status, stdout, said, memory } = measured(['impact', '-f', '-', '-o', 'json'], changed);
  expect(said).toContain(`${pods} of ${pods} pods would be different.\n`);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).changes).toHaveLength(pods / 25);
  expect(memory).toBeLessThan(300);
}, 900_000);
