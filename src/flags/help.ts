import type { Flag } from './read-flags.ts';

/** The lines of a help page that explain flags, in two columns. */
export function flagsHelp(flags: readonly Flag[]): string {
  const names = flags.map(nameColumn);
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return flags.map((flag, i) => `  ${names[i]?.padEnd(width)}${meaning(flag)}\n`).join('');
}

function nameColumn({ name, short, kind }: Flag): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${kind ? ` ${kind.word}` : ''}`;
}

function meaning({ help, default: standard, env }: Flag): string {
  return `${help}${standard ? ` (default ${standard})` : ''}${env ? ` [${env}]` : ''}`;
}
