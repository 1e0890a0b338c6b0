import { didYouMean } from '../../core/closest.ts';
import { oneOf } from '../../flags/kinds.ts';
import type { Flag } from '../../flags/read-flags.ts';
import { command, type Given, sidecarNames } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { folderProblems, misused } from '../misused.ts';
import { say } from '../say.ts';
import { catalogFlag } from './flag.ts';
import { listText, type Output } from './list-text.ts';
import { loadedCatalog } from './load.ts';
import { mentions } from './mentions.ts';
import { showText } from './show-text.ts';

const actions = ['list', 'show', 'search'];
const outputs = ['text', 'yaml', 'json', 'wide', 'name'] as const;

const flags = [
  { name: 'output', short: 'o', kind: oneOf(outputs), default: 'text', help: 'Output format.' },
  catalogFlag,
] as const satisfies readonly Flag[];

/** What can follow `sidecar catalog`. */
function wordsAfter([action, ...names]: readonly string[], dependencies: InjectDependencies): readonly string[] {
  if (action === undefined) return actions;
  return action === 'show' ? sidecarNames(dependencies).filter((name) => !names.includes(name)) : [];
}

/** `sidecar catalog list`, `sidecar catalog show NAME` and `sidecar catalog search WORD`. */
export const catalogCommand = command({
  summary: 'List or search the sidecars, or show their parameters.',
  ...{ flags, words: wordsAfter, help, run: catalog },
});

function catalog(
  { values, words, problems }: Given<typeof flags>,
  console: Console,
  dependencies: InjectDependencies,
): ExitCode {
  const [action = '', ...names] = words;
  const use = [...problems, ...misuse(action, names, values.output)];
  if (use.length > 0) return misused(console, 'catalog', use);
  const missing = folderProblems('catalog', values.catalog, console);
  if (missing.length > 0) return misused(console, 'catalog', missing);
  const catalog = loadedCatalog(console, values.catalog, dependencies);
  if (!catalog) return 1;
  if (action !== 'show') {
    const found = catalog.templates.filter((template) => names.every((word) => mentions(template, word)));
    if (found.length > 0) console.stdout(listText(found, values.output));
    else say(console, 'error', [`No sidecar has ${names.join(' and ')} in its name, summary or parameters.`]);
    return found.length > 0 ? 0 : 1;
  }
  const known = catalog.templates.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  for (const name of unknown) {
    const fix = didYouMean(name, known, `The catalog has ${known.join(', ')}.`);
    say(console, 'error', [`Unknown sidecar ${name}. ${fix}`]);
  }
  if (unknown.length > 0) return 1;
  const chosen = catalog.templates.filter(({ name }) => names.includes(name));
  console.stdout(showText(chosen, values.output, dependencies.injector.version));
  return 0;
}

function misuse(action: string, names: readonly string[], output: Output): string[] {
  if (action === 'list')
    return names.length > 0 ? [`catalog list takes no names. Did you mean catalog show ${names.join(' ')}?`] : [];
  if (action === 'search') return names.length === 0 ? ['Write what to look for: sidecar catalog search WORD.'] : [];
  if (action === 'show') {
    const missing = names.length === 0 ? ['Name a sidecar: sidecar catalog show NAME.'] : [];
    const isOfLists = output === 'wide' || output === 'name';
    return isOfLists ? [...missing, `-o ${output} is for list and search. Write text, yaml or json.`] : missing;
  }
  const usage = 'Write catalog list, catalog show NAME or catalog search WORD.';
  return [action === '' ? usage : `Unknown command catalog ${action}. ${didYouMean(action, actions, usage)}`];
}

function help(flags: string): string {
  return `Lists the sidecars that annotations can turn on, and their parameters.

Usage: sidecar catalog list [flags]
       sidecar catalog show NAME... [flags]
       sidecar catalog search WORD... [flags]

Flags:
${flags}
search lists the sidecars that have every word in their name, summary or parameters. With -o wide, lists also say what
happens while no injector answers (failurePolicy), and how many parameters there are; -o name prints names only. With
-o yaml, show prints the template itself, ready to be changed and applied to a cluster.

Exit codes:
  0  success
  1  unknown sidecar, nothing found, or a template has a problem
  2  wrong usage
`;
}
