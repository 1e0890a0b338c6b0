import { didYouMean } from '../../core/closest.ts';
import { listed } from '../../flags/kinds.ts';
import type { Command, Commands } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { templateCheck } from './check.ts';
import { templateNew } from './new.ts';
import { templateRender } from './render.ts';

const commands: Commands = { new: templateNew, check: templateCheck, render: templateRender };

/** `sidecar template new`, `sidecar template check` and `sidecar template render`. */
export const templateCommand: Command = {
  summary: 'Write, check and render templates of sidecars.',
  ...{ flags: [], commands, run },
};

function run(console: Console, dependencies: InjectDependencies): ExitCode {
  const [action = '', ...args] = console.args;
  const command = Object.hasOwn(commands, action) ? commands[action] : undefined;
  if (command) return command.run({ ...console, args }, dependencies);
  if (['--help', '-h'].includes(action)) {
    console.stdout(help());
    return 0;
  }
  const names = Object.keys(commands);
  const usage = `Write template ${listed(names)}.`;
  const unknown = `Unknown command template ${action}. ${didYouMean(action, names, usage)}`;
  return misused(console, 'template', [action === '' ? usage : unknown]);
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
  return `Helps to write templates of sidecars.

Usage: sidecar template new NAME [flags]
       sidecar template check FILE... [flags]
       sidecar template render -f FILE [flags]

Commands:
${lines.join('')}
Run 'sidecar template new --help' for more about one of them.

Examples:
  sidecar template new greeter -o greeter.yaml
  sidecar template check greeter.yaml
  sidecar template render -f greeter.yaml --set text=hello
`;
}
