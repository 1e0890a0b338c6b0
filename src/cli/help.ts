import type { Flag } from './flags.ts';

/** The lines of a help page that explain flags, in two columns. */
export function flagsHelp(flags: readonly Flag[]): string {
  const names = flags.map(nameColumn);
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return flags.map(({ help }, i) => `  ${names[i]?.padEnd(width)}${help}\n`).join('');
}

function nameColumn({ name, short, value, choices }: Flag): string {
  const letter = short === undefined ? '    ' : `-${short}, `;
  return `${letter}--${name}${value === undefined ? '' : ` ${choices?.join('|') ?? value}`}`;
}
