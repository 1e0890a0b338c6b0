import { maskArguments } from './mask.ts';

/** How much of a command line is shown: with its secrets hidden, without its arguments, or all of it. */
export const maskModes = ['secrets', 'arguments', 'off'] as const;
export type MaskMode = (typeof maskModes)[number];

/** Bytes of a command line that are read; the kernel allows megabytes. */
export const commandBytes = 4096;

/**
 * The command line as it is shown, from the content of `/proc/<pid>/cmdline` (arguments that end in NUL) and the
 * process' short name. Kernel threads and zombies have no command line: they get their name in brackets, as ps does.
 */
export function commandLine(cmdline: string, name: string, state: string, mode: MaskMode): string {
  if (state === 'Z') return `[${printable(name)}] <defunct>`;
  if (cmdline === '') return `[${printable(name)}]`;
  if (mode === 'arguments') return programName(cmdline, name);
  let end = cmdline.length;
  while (cmdline[end - 1] === '\0') end -= 1;
  const args = cmdline.slice(0, end).split('\0');
  const shown = printable((mode === 'off' ? args : maskArguments(args)).join(' ').trim());
  if (shown === '') return `[${printable(name)}]`;
  return Buffer.byteLength(cmdline) >= commandBytes ? `${shown}…` : shown;
}

/**
 * The name by which a program is known: the kernel's short name, which is the started file's. Where a program gave its
 * main thread another name (Node.js: `MainThread`), the short name stands nowhere in the command line, and the first
 * argument tells more: `/usr/bin/node` is `node`, the title `nginx: worker process` is `nginx`.
 */
export function programName(cmdline: string, name: string): string {
  const first = /^[^\0\s]*/.exec(cmdline)?.[0] ?? '';
  const program = first.slice(first.lastIndexOf('/') + 1).replace(/:$/, '');
  return printable(program === '' || cmdline.includes(name) ? name : program.slice(0, 15));
}

/**
 * A process chooses its own name and arguments, so they may hold what moves a terminal's cursor or turns the direction
 * of writing: white space becomes a space, other control and format characters a question mark.
 */
export function printable(text: string): string {
  return text.replace(/\s/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '?');
}
