import { closest } from '../core/closest.ts';
import { listed } from '../flags/kinds.ts';
import { catalogCommand } from './catalog/command.ts';
import { checkCommand } from './check/command.ts';
import type { Console, ExitCode } from './console.ts';
import { explainCommand } from './explain/command.ts';
import { type InjectDependencies, injectCommand } from './inject/command.ts';
import { misused } from './misused.ts';
import { policyCommand } from './policy/command.ts';
import { uninjectCommand } from './uninject/command.ts';

interface Command {
  readonly summary: string;
  readonly run: (console: Console, dependencies: InjectDependencies) => ExitCode;
}

const commands: Readonly<Record<string, Command>> = {
  inject: { summary: 'Add sidecars to manifests.', run: injectCommand },
  uninject: { summary: 'Remove sidecars from manifests.', run: uninjectCommand },
  check: { summary: 'Check manifests, templates and policies, for pipelines.', run: checkCommand },
  explain: { summary: 'Explain why a pod has, or lacks, its sidecars.', run: explainCommand },
  policy: { summary: 'Test policies, or print what holds them in the API server.', run: policyCommand },
  catalog: { summary: 'List the sidecars, or show their parameters.', run: catalogCommand },
  version: {
    summary: 'Print the version.',
    run: (console, { injector }) => {
      console.stdout(`${injector.version}\n`);
      return 0;
    },
  },
};

const synonyms = new Map([
  ['--version', 'version'],
  ['-v', 'version'],
]);

/** The command line: the first argument is the command, the rest is for the command. */
export function sidecar(console: Console, dependencies: InjectDependencies): ExitCode {
  const [first, ...args] = console.args;
  if (first === undefined) return misused(console, '', [`Name a command: ${listed(Object.keys(commands))}.`]);
  const isHelp = first === 'help' || first === '--help' || first === '-h';
  const name = isHelp ? args[0] : (synonyms.get(first) ?? first);
  if (name === undefined) {
    console.stdout(help());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command.run({ ...console, args: isHelp ? ['--help'] : args }, dependencies);
  const near = closest(name, Object.keys(commands));
  return misused(console, '', [`Unknown command ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`]);
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
  return `Adds sidecars to pods by annotation: sidecar.io/git-repo, sidecar.io/topz and more.

Usage: sidecar COMMAND [flags]

Commands:
${lines.join('')}
Run 'sidecar COMMAND --help' for more about a command.
`;
}
