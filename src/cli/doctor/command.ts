import { openCluster } from '../cluster/open-cluster.ts';
import { unreached, withoutAnswer } from '../cluster/unreached.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { formatted } from '../formatted.ts';
import { misused } from '../misused.ts';
import { examine } from './examine.ts';
import { readHealth } from './read-health.ts';
import { doctorFlags, doctorHelp } from './settings.ts';
import { resultsText } from './text.ts';

/** `sidecar doctor`: the health of an installation. */
export const doctorCommand = command({
  summary: 'Check the health of an installation.',
  flags: doctorFlags,
  help: doctorHelp,
  run: doctor,
});

function doctor(
  { values, words, problems }: Given<typeof doctorFlags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const use = words.length > 0 ? [...problems, `doctor takes no words: drop ${words.join(' ')}.`] : problems;
  if (use.length > 0) return misused(console, 'doctor', use);
  const cluster = openCluster(dependencies.kubectl, values);
  const silence = unreached(cluster);
  if (silence !== undefined) return withoutAnswer(console, cluster.notes, [silence]);
  const { catalog } = dependencies.loadCatalog([]);
  const client = dependencies.injector.version;
  const results = examine(readHealth(cluster, values.namespace, { catalog }, client, dependencies.now));
  const isText = values.output === 'text';
  console.stdout(
    isText ? resultsText(results, console.colour && !values['no-color']) : formatted(results, values.output),
  );
  return results.some(({ status }) => status === 'failed') ? 1 : 0;
}
