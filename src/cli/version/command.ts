import { oneOf } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { connectionFlags } from '../cluster/flags.ts';
import { openCluster } from '../cluster/open-cluster.ts';
import { command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { formatted } from '../formatted.ts';
import { misused } from '../misused.ts';
import { say } from '../say.ts';
import { type ClusterVersions, versionsIn } from './cluster-versions.ts';

const flags = [
  { name: 'cluster', help: 'Also the versions of the injector and of the API server that kubectl knows.' },
  { name: 'output', short: 'o', kind: oneOf(['text', 'json', 'yaml']), default: 'text', help: 'Output format.' },
  ...connectionFlags,
] as const satisfies readonly Flag[];

/** `sidecar version`: that of the command line, at once; the cluster is only asked with --cluster. */
export const versionCommand = command({ summary: 'Print the version.', flags, help, run: printVersion });

function printVersion(
  { values, words, problems }: Given<typeof flags>,
  console: Console,
  { injector, kubectl }: InjectDependencies,
): ExitCode {
  const use = words.length > 0 ? [...problems, `version takes no words: drop ${words.join(' ')}.`] : problems;
  if (use.length > 0) return misused(console, 'version', use);
  const cluster = openCluster(kubectl, { ...values, timeout: '3s' });
  const found = values.cluster ? versionsIn(cluster) : undefined;
  const versions = { client: injector.version, ...found };
  const text = found ? clusterText(injector.version, found) : `${injector.version}\n`;
  console.stdout(values.output === 'text' ? text : formatted(versions, values.output));
  say(console, 'error', cluster.notes);
  return cluster.notes.length > 0 ? 2 : 0;
}

function clusterText(client: string, { injector, apiServer }: ClusterVersions): string {
  const rows = [
    ['Client', client],
    ['Injector', injector ?? 'unknown'],
    ['API server', apiServer ?? 'unknown'],
  ];
  return rows.map(([name, version]) => `${name}: ${version}\n`).join('');
}

function help(flags: string): string {
  return `Prints the version of this command line.

Usage: sidecar version [flags]

Flags:
${flags}
With --cluster, each question to the API server ends after 3 s.

Exit codes:
  0  success
  2  wrong usage, or, with --cluster, a cluster that cannot be read
`;
}
