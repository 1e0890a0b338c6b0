import { stringify } from 'yaml';
import { didYouMean } from '../../core/closest.ts';
import { enforcementOf } from '../../policy/enforcement.ts';
import { obstacleOf } from '../../policy/injectable.ts';
import { loadedCatalog } from '../catalog/load.ts';
import { openSource, sourceProblems } from '../cluster/state-source.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { lineOf } from '../inject/locate.ts';
import { readTogether } from '../inject/read-together.ts';
import { readSources } from '../inject/sources.ts';
import { folderProblems, misused } from '../misused.ts';
import { offlineState } from '../offline-state.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { readPods } from './read-pods.ts';
import { policyFlags, policyHelp } from './settings.ts';
import { testLines } from './test-lines.ts';

const actions = ['compile', 'test'];

/** `sidecar policy compile` and `sidecar policy test`. */
export const policyCommand = command({
  summary: 'Test policies, or print what holds them in the API server.',
  flags: policyFlags,
  words: (before) => (before.length === 0 ? actions : []),
  ...{ help: policyHelp, run: policy },
});

function policy(
  { values, words, problems }: Given<typeof policyFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const [action = '', ...others] = words;
  const workloads = workloadsOf(values);
  const use = [
    ...problems,
    ...workloads.problems,
    ...misuse(action, others),
    ...(values.cluster && action === 'compile' ? ['--cluster belongs to policy test.'] : []),
    ...sourceProblems(values, { native: values.native !== undefined, users: values.users === 'cluster' }),
    ...(values.filename.length > 0 ? [] : ['Name a policy with -f.']),
  ];
  if (use.length > 0) return misused(console, 'policy', use);
  const input = readSources(values.filename, console);
  const unreadable = [...input.problems, ...folderProblems('catalog', values.catalog, console)];
  if (unreadable.length > 0) return misused(console, 'policy', unreadable);
  const catalog = loadedCatalog(console, values.catalog, dependencies);
  if (!catalog) return 1;
  const base = offlineState(catalog, workloads.kinds, values.image, dependencies, {
    cluster: { version: '', nativeSidecars: values.native !== 'false', assignsUsers: values.users === 'cluster' },
  });
  const source = openSource(values, base, dependencies);
  const objects = values.cluster ? readPods(dependencies.kubectl, values) : [];
  if ('message' in source) return misused(console, 'policy', [source.message]);
  if ('message' in objects) return misused(console, 'policy', [`--cluster: ${objects.message}`]);
  // Of all namespaces, as the pods are.
  const everywhere = { ...source, stateFor: () => source.stateFor(undefined) };
  const reading = readTogether([...input.sources, ...objects], [], everywhere, dependencies.now());
  for (const problem of reading.problems) console.stderr(`${lineOf(problem)}\n`);
  if (reading.problems.length > 0) return 1;
  const { state } = reading;
  const written = [...reading.written.keys()];
  if (written.length === 0) return misused(console, 'policy', ['The files have no SidecarPolicy.']);
  if (action === 'compile') {
    const installation = {
      name: values.release,
      namespace: values['release-namespace'],
      excludedNamespaces: values['excluded-namespaces'],
      injects: values.inject,
    };
    for (const policy of values.inject ? written : []) {
      const obstacle = obstacleOf(policy, state.catalog, state);
      if (obstacle !== undefined)
        say(console, 'note', [
          `While no injector answers, pods of the policy ${policy.name} are refused: ${obstacle}.`,
        ]);
    }
    const objects = written.flatMap((policy) => enforcementOf(policy, state.catalog, state, installation));
    console.stdout(objects.map((object) => stringify(object, { lineWidth: 120 })).join('---\n'));
    return 0;
  }
  say(console, 'note', reading.notes);
  const { lines, refused } = testLines(reading);
  console.stdout(lines.map((line) => `${line}\n`).join(''));
  return refused > 0 ? 1 : 0;
}

function misuse(action: string, others: readonly string[]): string[] {
  if (actions.includes(action)) return others.length > 0 ? [`Name files with -f: -f ${others.join(' -f ')}.`] : [];
  const usage = 'Write policy compile or policy test.';
  return [action === '' ? usage : `Unknown command policy ${action}. ${didYouMean(action, actions, usage)}`];
}
