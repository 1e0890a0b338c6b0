import type { Decision } from '../../engine/explain/explain.ts';
import { baseState } from '../cluster/base-state.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import { withoutAnswer } from '../cluster/unreached.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { formatted } from '../formatted.ts';
import { factsOf, inputProblems, offlineFlags } from '../inject/settings.ts';
import { folderProblems, misused } from '../misused.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { codes, explainCode } from './code.ts';
import { explainFiles } from './files.ts';
import { explainLive } from './live.ts';
import { type ExplainValues, explainFlags, explainHelp } from './settings.ts';
import { decisionText } from './text.ts';

/** `sidecar explain`: the decision about pods, its cause and what to do. */
export const explainCommand = command({
  summary: 'Explain why a pod has, or lacks, its sidecars.',
  flags: explainFlags,
  words: (before) => (before.length === 0 ? codes : []),
  ...{ help: explainHelp, run: explain },
});

function explain(
  { values, words, problems }: Given<typeof explainFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const [first, second] = words;
  const name = first !== undefined && second !== undefined ? `${first}/${second}` : first;
  const workloads = workloadsOf(values);
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...useProblems(words, values),
    ...folderProblems('catalog', values.catalog, console),
  ];
  if (wrong.length > 0) return misused(console, 'explain', wrong);
  if (name !== undefined && !name.includes('/'))
    return explainCode(console, name, dependencies.problemsPage(), values.output);
  const built = baseState(console, values, workloads.kinds, dependencies);
  if (!built) return 2;
  const base = { ...built, cluster: factsOf(values) };
  const cluster = openCluster(dependencies.kubectl, values);
  const result =
    name === undefined
      ? explainFiles(console, values, base, cluster, dependencies.now())
      : explainLive(name, values, base, cluster, dependencies.now());
  if ('unread' in result) return withoutAnswer(console, cluster.notes, result.unread);
  say(console, 'note', [...cluster.notes, ...('decisions' in result ? (result.notes ?? []) : [])]);
  if ('decisions' in result) {
    console.stdout(printed(result.decisions, values, console.colour));
    return 0;
  }
  say(console, 'error', result.errors);
  return 1;
}

function useProblems(words: readonly string[], values: ExplainValues): string[] {
  const isNamed = words.length > 0;
  if (isNamed && values.filename.length > 0) return ['Name an object, or files with -f, not both.'];
  if (words.length > 2) return [`Name one object: ${words[0]}.`];
  if (!isNamed && values.filename.length === 0)
    return ['Name a pod or a workload, such as deployment/web, files with -f, or the code of a message.'];
  if (isNamed && values.cluster) return ['--cluster belongs to -f: an object of the cluster needs no such flag.'];
  const asksCluster = isNamed || values.cluster;
  return Object.entries(offlineFlags(values))
    .filter(([, isGiven]) => asksCluster && isGiven)
    .map(([flag]) => `--${flag} belongs to -f without --cluster: the cluster has its own.`)
    .concat(inputProblems(values.filename, values['namespace-file'], values.policy));
}

function printed(decisions: readonly Decision[], values: ExplainValues, colour: boolean): string {
  const all = decisions.length === 1 ? decisions[0] : decisions;
  if (values.output !== 'text') return formatted(all, values.output);
  return decisions.map((decision) => decisionText(decision, colour && !values['no-color'])).join('\n');
}
