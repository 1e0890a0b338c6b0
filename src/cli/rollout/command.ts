import { readFlags } from '../../flags/read-flags.ts';
import { begun } from '../../rollout/judge.ts';
import { meansOf } from '../../rollout/means.ts';
import { wavesOf } from '../../rollout/waves.ts';
import { openChanges } from '../cluster/changes.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { observe } from './observe.ts';
import { createProgress } from './progress.ts';
import { failureLines, printed, reportOf } from './report.ts';
import { type Member, runWaves } from './run.ts';
import { rolloutFlags, rolloutHelp } from './settings.ts';
import { namesIn, readNamed } from './targets.ts';

/** `sidecar rollout`: restarts workloads in waves, and stops where their new pods fail. */
export function rolloutCommand(console: Console, dependencies: InjectDependencies): ExitCode {
  const { values, words, problems } = readFlags(console.args, rolloutFlags);
  if (values.help) {
    console.stdout(rolloutHelp());
    return 0;
  }
  const names = namesIn(words);
  const wrong = [...problems, ...(names.length > 0 ? [] : ['Name workloads, such as deployment/web.'])];
  if (wrong.length > 0) return misused(console, 'rollout', wrong);
  const { context, kubeconfig, as } = values;
  const connection = { context, kubeconfig, as };
  const cluster = openCluster(dependencies.kubectl, connection);
  const targets = readNamed(cluster, names, values.namespace);
  for (const problem of targets.problems) console.stderr(`error: ${problem}\n`);
  if (targets.problems.length > 0) return 1;
  const { left, waves } = planOf(targets, values.wave, dependencies.now());
  if (values['dry-run']) {
    console.stdout(printed(reportOf(left, waves, true), values.output));
    return 0;
  }
  const progress = createProgress(console, waves);
  const { now, pause, kubectl } = dependencies;
  const ended = runWaves(waves, values.timeout, {
    ...{ now, pause, changes: openChanges(kubectl, connection), looked: progress.looked },
    observe: (owner, restart) => observe(cluster, owner, restart),
  });
  progress.end();
  console.stdout(printed(reportOf(left, ended, false), values.output));
  const failures = failureLines(ended);
  for (const line of failures) console.stderr(`error: ${line}\n`);
  return failures.length > 0 ? 1 : 0;
}

/** Those that are left alone, and the others in waves. */
function planOf({ found }: ReturnType<typeof readNamed>, size: Parameters<typeof wavesOf>[1], now: number) {
  const members = found.map(({ owner, object }): Member => {
    const means = meansOf(object);
    const verdict = 'left' in means ? ({ step: 'leave', why: means.left } as const) : undefined;
    return { owner, progress: begun(undefined, now), verdict };
  });
  const waves = wavesOf(
    members.filter(({ verdict }) => !verdict),
    size,
  );
  return { left: members.filter(({ verdict }) => verdict), waves };
}
