import type { Finding } from '../../engine/audit/finding.ts';
import { wavesOf } from '../../rollout/waves.ts';
import { scopeProblems } from '../audit/settings.ts';
import { baseState } from '../cluster/base-state.ts';
import { openChanges } from '../cluster/changes.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import { withoutAnswer } from '../cluster/unreached.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems, misused } from '../misused.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { findOutOfDate } from './find.ts';
import { createLook } from './observe.ts';
import { createProgress } from './progress.ts';
import { failureLines, printed, reportOf } from './report.ts';
import { runWaves } from './run.ts';
import { type RolloutValues, repairHelp, rolloutFlags, rolloutHelp } from './settings.ts';
import { namesIn } from './targets.ts';

/** `sidecar rollout`: restarts the workloads whose pods are not as they should be, in waves. */
export const rolloutCommand = command({
  summary: 'Restart what is not as it should be, in waves, and stop where new pods fail.',
  flags: rolloutFlags,
  help: rolloutHelp,
  run: (...given) => restart('rollout', () => true, ...given),
});

/** `sidecar repair`: the same for pods that came up without a sidecar. */
export const repairCommand = command({
  summary: 'Restart what came up without a sidecar, in waves.',
  flags: rolloutFlags,
  help: repairHelp,
  run: (...given) => restart('repair', ({ kind }) => kind === 'missing', ...given),
});

function restart(
  name: string,
  isMeant: (finding: Finding) => boolean,
  { values, words, problems }: Given<typeof rolloutFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const names = namesIn(words);
  const workloads = workloadsOf(values);
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...useProblems(values, words, names),
    ...folderProblems('catalog', values.catalog, console),
  ];
  if (wrong.length > 0) return misused(console, name, wrong);
  const base = baseState(console, values, workloads.kinds, dependencies);
  if (!base) return 2;
  const { context, kubeconfig, as } = values;
  const connection = { context, kubeconfig, as };
  const { now, pause, kubectl } = dependencies;
  const cluster = openCluster(kubectl, connection);
  const result = findOutOfDate(cluster, { ...values, names, isMeant }, base, now());
  if ('errors' in result) return withoutAnswer(console, cluster.notes, result.errors);
  say(console, 'note', cluster.notes);
  say(console, undefined, result.remarks);
  // What an earlier run began comes first, all of it: nothing of that is restarted again.
  const waves = [...(result.underWay.length > 0 ? [result.underWay] : []), ...wavesOf(result.due, values.wave)];
  if (values['dry-run']) {
    console.stdout(printed(reportOf(result, waves, true), values.output));
    return 0;
  }
  const progress = createProgress(console, waves);
  const ended = runWaves(waves, values.timeout, {
    ...{ now, pause, changes: openChanges(kubectl, connection), looked: progress.looked },
    look: () => createLook(cluster),
  });
  progress.end();
  console.stdout(printed(reportOf(result, ended, false), values.output));
  const failures = failureLines(ended);
  say(console, 'error', failures);
  return failures.length > 0 ? 1 : 0;
}

function useProblems(values: RolloutValues, words: readonly string[], names: readonly string[]): string[] {
  const [type] = words;
  return [
    ...scopeProblems(values),
    ...(words.length > 0 && names.length === 0 ? [`Name a workload: ${type}/web.`] : []),
    ...(names.length > 0 && values.selector !== undefined
      ? ['Names and -l do not go together: write one of them.']
      : []),
    ...(names.length > 0 && values['all-namespaces'] ? ['Names and -A do not go together: write -n.'] : []),
  ];
}
