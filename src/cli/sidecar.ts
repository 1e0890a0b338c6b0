import { closest } from '../core/closest.ts';
import { listed } from '../flags/kinds.ts';
import { catalogCommand } from './catalog/command.ts';
import type { Console, ExitCode } from './console.ts';
import { type InjectDependencies, injectCommand } from './inject/command.ts';
import { misused } from './misused.ts';

/** What the commands need from the program that runs them. */
export type Dependencies = InjectDependencies;

interface Command {
  readonly summary: string;
  readonly run: (console: Console, dependencies: Dependencies) => ExitCode;
}

const commands: Readonly<Record<string, Command>> = {
  inject: { summary: 'Put sidecars into manifests, without a cluster.', run: injectCommand },
  catalog: { summary: 'The sidecars that there are, and how each is written.', run: catalogCommand },
};

/** The command line: the first word is the command, the rest is the command's own. */
export function sidecar(console: Console, dependencies: Dependencies): ExitCode {
  const [name, ...args] = console.args;
  if (name === '--version') {
    console.stdout(`${dependencies.injector.version}\n`);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    console.stdout(help());
    return 0;
  }
  if (name === undefined) return misused(console, '', [`Name a command: ${listed(Object.keys(commands))}.`]);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command.run({ ...console, args }, dependencies);
  const near = closest(name, Object.keys(commands));
  return misused(console, '', [`Unknown command ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`]);
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
  return `Sidecars for pods, by annotation: sidecar.io/git-repo, sidecar.io/topz and more.

Usage: sidecar COMMAND [flags]

${lines.join('')}
sidecar COMMAND --help says more about a command.
`;
}
