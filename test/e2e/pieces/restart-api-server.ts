// Ends the API server of a node of our own, and starts it again as it was.
import { readFileSync } from 'node:fs';
import { findBox } from '../../cluster/box.ts';
import { processesOf } from '../../cluster/cgroups.ts';
import type { Target } from '../target.ts';
import { until } from './until.ts';

const name = 'kube-apiserver';

/** Restarts it, and returns when it is ready. */
export async function restartApiServer({ cluster, folder, kubectl }: Target): Promise<void> {
  const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  const pid = processesOf(cluster).find((each) => commandOf(each)[0]?.endsWith(`/${name}`));
  const box = findBox({ name: cluster, folder, lifetime: 'own' });
  if (pid === undefined || !box) throw new Error(`no ${name} runs in ${cluster}`);
  const [command = '', ...args] = commandOf(pid);
  process.kill(pid, 'SIGTERM');
  await until(`${name} has ended`, async () => !processesOf(cluster).includes(pid) || undefined, { seconds: 120 });
  box.start(name, command, args);
  const ready = async () => (await kubectl(['get', '--raw', '/readyz'])) === 'ok' || undefined;
  await until(`${name} is ready again`, ready, { seconds: 180 });
}
