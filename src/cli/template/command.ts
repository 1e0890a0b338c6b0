import { closest } from '../../core/closest.ts';
import { listed } from '../../flags/kinds.ts';
import { type Commands, sidecarNames } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { templateCheck, templateCheckFlags } from './check.ts';
import { newFlags, templateNew } from './new.ts';
import { templateRender } from './render.ts';
import { renderFlags } from './render-settings.ts';

export const templateCommands: Commands = {
  new: { summary: 'Write a template to begin with.', flags: newFlags, run: templateNew },
  check: {
    summary: 'Print every problem of templates, with file, line and column.',
    ...{ flags: templateCheckFlags, takesFiles: true, run: templateCheck },
  },
  render: {
    summary: 'Print what a template adds to a pod.',
    flags: renderFlags,
    words: (before, dependencies) => (before.length === 0 ? sidecarNames(dependencies) : []),
    run: templateRender,
  },
};

/** `sidecar template new`, `sidecar template check` and `sidecar template render`. */
export function templateCommand(console: Console, dependencies: InjectDependencies): ExitCode {
  const [action = '', ...args] = console.args;
  const command = Object.hasOwn(templateCommands, action) ? templateCommands[action] : undefined;
  if (command) return command.run({ ...console, args }, dependencies);
  if (['--help', '-h'].includes(action)) {
    console.stdout(help());
    return 0;
  }
  const names = Object.keys(templateCommands);
  const near = closest(action, names);
  const hint = near === undefined ? `Write template ${listed(names)}.` : `Did you mean ${near}?`;
  return misused(console, 'template', [action === '' ? hint : `Unknown command template ${action}. ${hint}`]);
}

function help(): string {
  const lines = Object.entries(templateCommands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}\n`);
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
