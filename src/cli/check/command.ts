import { openSource, sourceProblems } from '../cluster/state-source.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { readBeside } from '../inject/beside.ts';
import { readTogether } from '../inject/read-together.ts';
import { factsOf, inputProblems, offlineFlags, wordProblems } from '../inject/settings.ts';
import { readSources } from '../inject/sources.ts';
import { folderProblems, misused } from '../misused.ts';
import { offlineState } from '../offline-state.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { findingsIn } from './check.ts';
import { templateError } from './finding.ts';
import { printFindings } from './print.ts';
import { checkFlags, checkHelp } from './settings.ts';

/** `sidecar check`: every problem of files, for people and for pipelines. */
export const checkCommand = command({
  summary: 'Check manifests, templates and policies, for pipelines.',
  flags: checkFlags,
  help: checkHelp,
  run: check,
});

function check(
  { values, words, problems }: Given<typeof checkFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const workloads = workloadsOf(values);
  const use = [
    ...wordProblems(words, values.filename),
    ...inputProblems(values.filename, values['namespace-file'], values.policy),
    ...sourceProblems(values, offlineFlags(values)),
  ];
  const wrong = [...problems, ...workloads.problems, ...use];
  if (wrong.length > 0) return misused(console, 'check', wrong);
  const input = readSources(values.filename, console);
  const others = readBeside(values, console);
  const folders = folderProblems('catalog', values.catalog, console);
  const unreadable = [...input.problems, ...others.problems, ...folders];
  if (unreadable.length > 0) return misused(console, 'check', unreadable);
  const { catalog, problems: broken } = dependencies.loadCatalog(values.catalog);
  const state = offlineState(catalog, workloads.kinds, values.image, dependencies, {
    cluster: factsOf(values),
  });
  const source = openSource(values, state, dependencies);
  if ('message' in source) return misused(console, 'check', [source.message]);
  const reading = readTogether(input.sources, others.sources, source, dependencies.now());
  const findings = [...broken.map(templateError), ...findingsIn(reading)];
  say(console, 'note', reading.notes);
  return printFindings(console, findings, values.output, dependencies.injector.version);
}
