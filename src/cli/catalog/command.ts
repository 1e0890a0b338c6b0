import { closest } from '../../core/closest.ts';
import { problemText } from '../../core/problem.ts';
import { flagsHelp } from '../../flags/help.ts';
import { folder, oneOf } from '../../flags/kinds.ts';
import { type Flag, readFlags } from '../../flags/read-flags.ts';
import { sidecarNames } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../inject/command.ts';
import { folderProblems, misused } from '../misused.ts';
import { listText } from './list-text.ts';
import { showText } from './show-text.ts';

const actions = ['list', 'show'];

export const catalogFlags = [
  { name: 'output', short: 'o', kind: oneOf(['text', 'yaml', 'json']), default: 'text', help: 'Output format.' },
  {
    name: 'catalog',
    kind: folder,
    repeated: true,
    help: 'A folder with more sidecar templates; can be repeated.',
  },
  { name: 'help', short: 'h', help: 'Show this page.' },
] as const satisfies readonly Flag[];

/** What can follow `sidecar catalog`. */
export function catalogWords(
  [action, ...names]: readonly string[],
  dependencies: InjectDependencies,
): readonly string[] {
  if (action === undefined) return actions;
  return action === 'show' ? sidecarNames(dependencies).filter((name) => !names.includes(name)) : [];
}

/** `sidecar catalog list` and `sidecar catalog show NAME`. */
export function catalogCommand(console: Console, { loadCatalog }: InjectDependencies): ExitCode {
  const { values, words, problems } = readFlags(console.args, catalogFlags);
  if (values.help) {
    console.stdout(help());
    return 0;
  }
  const [action = '', ...names] = words;
  const use = [...problems, ...misuse(action, names)];
  if (use.length > 0) return misused(console, 'catalog', use);
  const missing = folderProblems('catalog', values.catalog, console);
  if (missing.length > 0) return misused(console, 'catalog', missing);
  const { catalog, problems: broken } = loadCatalog(values.catalog);
  for (const problem of broken) console.stderr(`${problemText(problem)}\n`);
  if (broken.length > 0) return 1;
  if (action === 'list') {
    console.stdout(listText(catalog.templates, values.output));
    return 0;
  }
  const known = catalog.templates.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  for (const name of unknown) {
    const near = closest(name, known);
    const fix = near === undefined ? `The catalog has ${known.join(', ')}.` : `Did you mean ${near}?`;
    console.stderr(`error: Unknown sidecar ${name}. ${fix}\n`);
  }
  if (unknown.length > 0) return 1;
  const chosen = catalog.templates.filter(({ name }) => names.includes(name));
  console.stdout(showText(chosen, values.output));
  return 0;
}

function misuse(action: string, names: readonly string[]): string[] {
  if (action === 'list')
    return names.length > 0 ? [`catalog list takes no names. Did you mean catalog show ${names.join(' ')}?`] : [];
  if (action === 'show') return names.length === 0 ? ['Name a sidecar: sidecar catalog show NAME.'] : [];
  const near = closest(action, actions);
  const hint = near === undefined ? 'Write catalog list or catalog show NAME.' : `Did you mean ${near}?`;
  return [action === '' ? 'Write catalog list or catalog show NAME.' : `Unknown command catalog ${action}. ${hint}`];
}

function help(): string {
  return `Lists the sidecars that annotations can turn on, and their parameters.

Usage: sidecar catalog list [flags]
       sidecar catalog show NAME... [flags]

Flags:
${flagsHelp(catalogFlags)}
With -o yaml, show prints the template itself, ready to be changed and applied to a cluster.

Exit codes:
  0  success
  1  unknown sidecar, or a template has a problem
  2  wrong usage
`;
}
