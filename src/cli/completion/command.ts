import { listed } from '../../flags/kinds.ts';
import { type Commands, command, type Given } from '../command.ts';
import type { Console, ExitCode } from '../console.ts';
import type { InjectDependencies } from '../dependencies.ts';
import { misused } from '../misused.ts';
import { isShell, scripts, shells } from './scripts.ts';
import { type Suggestions, suggest } from './suggest.ts';

/** `sidecar completion SHELL`: the script with which a shell completes the command line. */
export const completionCommand = command({
  summary: 'Print what makes a shell complete this command line.',
  flags: [],
  words: (before) => (before.length === 0 ? shells : []),
  ...{ help, run: completion },
});

function completion({ words, problems }: Given<readonly []>, console: Console): ExitCode {
  const [shell = '', ...others] = words;
  if (problems.length > 0 || others.length > 0 || !isShell(shell))
    return misused(console, 'completion', problems.length > 0 ? problems : [`Name a shell: ${listed(shells)}.`]);
  console.stdout(scripts[shell]);
  return 0;
}

/** What the last line says about paths, as commands written in Go with cobra say it: kubectl reads it too. */
const directives = { files: ':0', folders: ':16', none: ':4', open: ':6' };

/** `sidecar __complete WORD...`: what the scripts ask; a line for each suggestion with a tab before its help. */
export function completeCommand(console: Console, commands: Commands, dependencies: InjectDependencies): ExitCode {
  const { values, paths, isOpen }: Suggestions = suggest(console.args, commands, dependencies);
  const lines = values.map(({ value, help }) => (help === '' ? value : `${value}\t${help}`));
  console.stdout(`${[...lines, directives[paths ?? (isOpen ? 'open' : 'none')]].join('\n')}\n`);
  return 0;
}

function help(flags: string): string {
  return `Prints a script with which a shell completes commands, flags, their values, sidecars and their parameters, files,
contexts, and the namespaces of the cluster, where that answers within 2 seconds.

Usage: sidecar completion ${shells.join('|')}

Flags:
${flags}
Examples:
  source <(sidecar completion bash)         # in ~/.bashrc; bash 4 or later
  source <(sidecar completion zsh)          # in ~/.zshrc, after compinit
  sidecar completion fish > ~/.config/fish/completions/sidecar.fish
  sidecar completion powershell | Out-String | Invoke-Expression     # in $PROFILE

For 'kubectl sidecar', put what kubectl calls into a folder of the PATH:
  sidecar completion kubectl > /usr/local/bin/kubectl_complete-sidecar
  chmod +x /usr/local/bin/kubectl_complete-sidecar
`;
}
