import { isFixedByRestart } from '../../engine/audit/finding.ts';
import { findingWords } from '../../engine/audit/words.ts';
import { baseState } from '../cluster/base-state.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import { unreached, withoutAnswer } from '../cluster/unreached.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems, misused } from '../misused.ts';
import { say } from '../say.ts';
import { workloadsOf } from '../workload-flag.ts';
import { auditCluster } from './audit-cluster.ts';
import { failureText } from './failure.ts';
import { printedRows } from './print.ts';
import { remarks } from './remarks.ts';
import { noPods, readRows, recreated } from './rows.ts';
import { auditFlags, auditHelp, scopeProblems } from './settings.ts';

/** `sidecar audit`: the pods of a cluster that are not as they should be. */
export const auditCommand = command({
  summary: 'Find the pods of a cluster that are not as they should be.',
  flags: auditFlags,
  help: auditHelp,
  run: audit,
});

function audit(
  { values, words, problems }: Given<typeof auditFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const workloads = workloadsOf(values);
  const wrong = [
    ...problems,
    ...workloads.problems,
    ...words.map((word) => `audit takes no names, such as ${word}: choose pods with -n and -l.`),
    ...scopeProblems(values),
    ...folderProblems('catalog', values.catalog, console),
  ];
  if (wrong.length > 0) return misused(console, 'audit', wrong);
  const base = baseState(console, values, workloads.kinds, dependencies);
  if (!base) return 2;
  const cluster = openCluster(dependencies.kubectl, values);
  const silence = unreached(cluster);
  if (silence !== undefined) return withoutAnswer(console, cluster.notes, [silence]);
  const namespace = values['all-namespaces'] ? undefined : (values.namespace ?? cluster.namespace());
  const scope = { namespace, selector: values.selector, knowsImage: values.image !== undefined };
  const result = readRows(auditCluster(cluster, scope, base, dependencies.now()));
  if ('failure' in result) return withoutAnswer(console, cluster.notes, [failureText(result.failure, namespace)]);
  say(console, 'note', cluster.notes);
  const { rows, totals, differing } = result;
  say(console, undefined, remarks(totals, base.injector.version));
  console.stdout(
    printedRows(rows, totals.pods, {
      ...{ output: values.output, word: 'finding', isNamed: isFixedByRestart },
      colour: console.colour && !values['no-color'],
      wordsOf: (row) => findingWords(row.finding, recreated(row)),
    }),
  );
  const [are, they] = differing === 1 ? ['is', 'it'] : ['are', 'they'];
  const sum = `${differing} of ${totals.pods} pods ${are} not as ${they} should be.`;
  console.stderr(`${totals.pods === 0 ? noPods(namespace) : sum}\n`);
  return differing > 0 ? 1 : 0;
}
