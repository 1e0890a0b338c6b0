import { spawnSync } from 'node:child_process';

/**
 * The milliseconds of processor time that commands take: for each, the least of several runs, which take turns. Other
 * load on the machine changes this less than the time until they end.
 */
export function processorTimes(runs: number, commands: readonly (readonly string[])[]): number[] {
  const least = commands.map(() => Number.POSITIVE_INFINITY);
  for (let run = 0; run < runs; run++)
    for (const [i, command] of commands.entries()) {
      const script = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
      const { status, stderr } = spawnSync('bash', ['-c', script, 'bash', ...command], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${command.join(' ')} ends with ${status}`);
      const [user = 0, system = 0] = stderr.trim().split(' ').map(Number);
      least[i] = Math.min(least[i] ?? 0, (user + system) * 1000);
    }
  return least;
}
