import { changeWords } from '../../engine/audit/words.ts';
import { failureText } from '../audit/failure.ts';
import { printedRows } from '../audit/print.ts';
import { noPods, readRows } from '../audit/rows.ts';
import { scopeProblems } from '../audit/settings.ts';
import { baseState } from '../cluster/base-state.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import { unreached, withoutAnswer } from '../cluster/unreached.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { readSources } from '../inject/sources.ts';
import { folderProblems, misused } from '../misused.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { impactOnCluster } from './impact-on-cluster.ts';
import { impactFlags, impactHelp } from './settings.ts';
import { readStates } from './states.ts';

/** `sidecar impact`: what templates, policies and Namespaces of files would change for the pods of a cluster. */
export const impactCommand = command({
  summary: 'Show which pods a template, a policy or a Namespace would change.',
  flags: impactFlags,
  help: impactHelp,
  run: impact,
});

function impact(
  { values, words, problems }: Given<typeof impactFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const workloads = workloadsOf(values);
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...words.map((word) => `Name files with -f: -f ${word}.`),
    ...(values.filename.length > 0 ? [] : ['Name a template, a policy or a Namespace with -f.']),
    ...scopeProblems(values),
    ...folderProblems('catalog', values.catalog, console),
  ];
  if (wrong.length > 0) return misused(console, 'impact', wrong);
  const input = readSources(values.filename, console);
  if (input.problems.length > 0) return misused(console, 'impact', input.problems);
  const base = baseState(console, values, workloads.kinds, dependencies);
  if (!base) return 2;
  const cluster = openCluster(dependencies.kubectl, values);
  const failed = (...errors: readonly string[]) => withoutAnswer(console, cluster.notes, errors);
  const silence = unreached(cluster);
  if (silence !== undefined) return failed(silence);
  const states = readStates(input.sources, cluster, values.namespace, base, dependencies.now());
  if ('errors' in states) return failed(...states.errors);
  const scope = { namespace: values.namespace, selector: values.selector };
  const result = readRows(impactOnCluster(cluster, scope, states));
  if ('failure' in result) return failed(failureText(result.failure, values.namespace));
  say(console, 'note', [...cluster.notes, ...states.notes]);
  const { rows, totals, differing } = result;
  console.stdout(
    printedRows(rows, totals.pods, {
      ...{ output: values.output, word: 'change', isNamed: ({ kind }) => kind !== 'refused' },
      colour: console.colour && !values['no-color'],
      wordsOf: ({ finding }) => changeWords(finding),
    }),
  );
  const sum = `${differing} of ${totals.pods} pods would be different.`;
  console.stderr(`${totals.pods === 0 ? noPods(values.namespace) : sum}\n`);
  return differing > 0 ? 1 : 0;
}
