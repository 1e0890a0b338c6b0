import { didYouMean } from '../core/closest.ts';
import { listed } from '../flags/kinds.ts';
import { auditCommand } from './audit/command.ts';
import { catalogCommand } from './catalog/command.ts';
import { checkCommand } from './check/command.ts';
import type { Commands } from './command.ts';
import { completeCommand, completionCommand } from './completion/command.ts';
import type { Console, ExitCode } from './console.ts';
import type { InjectDependencies } from './dependencies.ts';
import { doctorCommand } from './doctor/command.ts';
import { explainCommand } from './explain/command.ts';
import { impactCommand } from './impact/command.ts';
import { injectCommand } from './inject/command.ts';
import { krmCommand } from './krm/command.ts';
import { misused } from './misused.ts';
import { policyCommand } from './policy/command.ts';
import { repairCommand, rolloutCommand } from './rollout/command.ts';
import { templateCommand } from './template/command.ts';
import { uninjectCommand } from './uninject/command.ts';
import { versionCommand } from './version/command.ts';

/** Every command, in the order of the help page. */
const commands: Commands = {
  ...{ inject: injectCommand, uninject: uninjectCommand, krm: krmCommand },
  ...{ check: checkCommand, explain: explainCommand, audit: auditCommand, impact: impactCommand },
  ...{ rollout: rolloutCommand, repair: repairCommand, doctor: doctorCommand },
  ...{ policy: policyCommand, template: templateCommand, catalog: catalogCommand },
  ...{ completion: completionCommand, version: versionCommand },
};

const synonyms = new Map([
  ['--version', 'version'],
  ['-v', 'version'],
]);

/** The command line: the first argument is the command, the rest is for the command. */
export function sidecar(console: Console, dependencies: InjectDependencies): ExitCode {
  const [first, ...args] = console.args;
  if (first === undefined) return misused(console, '', [`Name a command: ${listed(Object.keys(commands))}.`]);
  if (first === '__complete') return completeCommand({ ...console, args }, commands, dependencies);
  const isHelp = first === 'help' || first === '--help' || first === '-h';
  const name = isHelp ? args[0] : (synonyms.get(first) ?? first);
  if (name === undefined) {
    console.stdout(help());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command.run({ ...console, args: isHelp ? [...args.slice(1), '--help'] : args }, dependencies);
  return misused(console, '', [`Unknown command ${name}. ${didYouMean(name, Object.keys(commands), '')}`.trimEnd()]);
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`);
  return `Adds sidecars to pods by annotation: sidecar.io/git-repo, sidecar.io/topz and more.

Usage: sidecar COMMAND [flags]

Commands:
${lines.join('')}
Run 'sidecar COMMAND --help' for more about a command.
`;
}
