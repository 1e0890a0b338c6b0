import { closest } from '../core/closest.ts';
import { listed } from '../flags/kinds.ts';
import { auditCommand } from './audit/command.ts';
import { auditFlags } from './audit/settings.ts';
import { catalogCommand, catalogFlags, catalogWords } from './catalog/command.ts';
import { checkCommand } from './check/command.ts';
import { checkFlags } from './check/settings.ts';
import type { Commands } from './command.ts';
import { completeCommand, completionCommand, completionFlags } from './completion/command.ts';
import { shells } from './completion/scripts.ts';
import type { Console, ExitCode } from './console.ts';
import type { InjectDependencies } from './dependencies.ts';
import { doctorCommand } from './doctor/command.ts';
import { doctorFlags } from './doctor/settings.ts';
import { codes } from './explain/code.ts';
import { explainCommand } from './explain/command.ts';
import { explainFlags } from './explain/settings.ts';
import { impactCommand } from './impact/command.ts';
import { impactFlags } from './impact/settings.ts';
import { injectCommand } from './inject/command.ts';
import { injectFlags } from './inject/settings.ts';
import { krmCommand } from './krm/command.ts';
import { krmFlags } from './krm/function-config.ts';
import { misused } from './misused.ts';
import { policyActions, policyCommand } from './policy/command.ts';
import { policyFlags } from './policy/settings.ts';
import { repairCommand, rolloutCommand } from './rollout/command.ts';
import { rolloutFlags } from './rollout/settings.ts';
import { templateCommand, templateCommands } from './template/command.ts';
import { uninjectCommand, uninjectFlags } from './uninject/command.ts';
import { versionCommand, versionFlags } from './version/command.ts';

const commands: Commands = {
  inject: { summary: 'Add sidecars to manifests.', flags: injectFlags, run: injectCommand },
  uninject: { summary: 'Remove sidecars from manifests.', flags: uninjectFlags, run: uninjectCommand },
  krm: { summary: 'Add sidecars as a KRM function, for kustomize and kpt.', flags: krmFlags, run: krmCommand },
  check: {
    summary: 'Check manifests, templates and policies, for pipelines.',
    flags: checkFlags,
    run: checkCommand,
  },
  explain: {
    summary: 'Explain why a pod has, or lacks, its sidecars.',
    flags: explainFlags,
    words: (before) => (before.length === 0 ? codes : []),
    run: explainCommand,
  },
  audit: {
    summary: 'Find the pods of a cluster that are not as they should be.',
    flags: auditFlags,
    run: auditCommand,
  },
  impact: {
    summary: 'Show which pods a template, a policy or a Namespace would change.',
    flags: impactFlags,
    run: impactCommand,
  },
  rollout: {
    summary: 'Restart what is not as it should be, in waves, and stop where new pods fail.',
    flags: rolloutFlags,
    run: rolloutCommand,
  },
  repair: {
    summary: 'Restart what came up without a sidecar, in waves.',
    flags: rolloutFlags,
    run: repairCommand,
  },
  doctor: { summary: 'Check the health of an installation.', flags: doctorFlags, run: doctorCommand },
  policy: {
    summary: 'Test policies, or print what holds them in the API server.',
    flags: policyFlags,
    words: (before) => (before.length === 0 ? policyActions : []),
    run: policyCommand,
  },
  template: {
    summary: 'Write, check and render templates of sidecars.',
    ...{ flags: [], commands: templateCommands, run: templateCommand },
  },
  catalog: {
    summary: 'List or search the sidecars, or show their parameters.',
    flags: catalogFlags,
    words: catalogWords,
    run: catalogCommand,
  },
  completion: {
    summary: 'Print what makes a shell complete this command line.',
    flags: completionFlags,
    words: (before) => (before.length === 0 ? shells : []),
    run: completionCommand,
  },
  version: { summary: 'Print the version.', flags: versionFlags, run: versionCommand },
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
  if (command) return command.run({ ...console, args: isHelp ? ['--help'] : args }, dependencies);
  const near = closest(name, Object.keys(commands));
  return misused(console, '', [`Unknown command ${name}.${near === undefined ? '' : ` Did you mean ${near}?`}`]);
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
