import { resolve, sep } from 'node:path';
import { files, folder, oneOf } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Console } from '../console.ts';
import { isUrl, shownUrl } from '../fetch-url.ts';
import { groupBy } from '../group-by.ts';
import type { ReadSources } from './sources.ts';

/** Which files, and where the result goes. */
export const deliveryFlags = [
  {
    name: 'filename',
    short: 'f',
    kind: files('FILE|DIR|URL|-'),
    repeated: true,
    help: 'Manifests; can be repeated. - reads standard input.',
  },
  {
    name: 'output',
    short: 'o',
    kind: oneOf(['yaml', 'json', 'patch', 'diff']),
    default: 'yaml',
    help: 'What to print.',
  },
  {
    name: 'exit-code',
    help: 'With -o diff: exit with 1 where there are differences, and with 2 where something is wrong.',
  },
  { name: 'in-place', short: 'i', help: 'Change the files themselves, those that get or lose sidecars.' },
  { name: 'output-dir', kind: folder, help: 'Write the files to a folder, each by its name.' },
  { name: 'overwrite', help: 'With --output-dir: replace files that are there.' },
] as const satisfies readonly Flag[];

/** What is printed besides the result. */
export const reportFlags = [
  { name: 'quiet', short: 'q', help: 'Print only problems and warnings on standard error.' },
  { name: 'no-color', help: 'Print without colors. So does the variable NO_COLOR.' },
] as const satisfies readonly Flag[];

export type DeliverySettings = FlagValues<readonly [...typeof deliveryFlags, ...typeof reportFlags]>;

/** What is wrong in the use of the flags that say where the result goes. */
export function deliveryProblems(settings: DeliverySettings, { files }: Pick<Console, 'files'>): string[] {
  const { 'in-place': inPlace, 'output-dir': outputDir, overwrite, output } = settings;
  const problems: string[] = [];
  if (settings['exit-code'] && output !== 'diff') problems.push('--exit-code belongs to -o diff.');
  if (inPlace && outputDir !== undefined) problems.push('Use --in-place or --output-dir, not both.');
  if (overwrite && outputDir === undefined) problems.push('--overwrite belongs to --output-dir.');
  if (!inPlace && outputDir === undefined) return problems;
  const flag = inPlace ? '--in-place' : '--output-dir';
  if (output !== 'yaml') problems.push(`${flag} writes the files as they are, so it cannot be used with -o ${output}.`);
  for (const path of settings.filename) {
    if (path === '-') problems.push(`${flag} cannot be used with standard input (-): name a file or a folder.`);
    else if (inPlace && isUrl(path)) problems.push(`--in-place cannot change ${shownUrl(path)}: name a file.`);
    else if (outputDir !== undefined && files.isFolder(path) && contains(path, outputDir))
      problems.push(`--output-dir ${outputDir} is in ${path}, and would be read the next time. Name a folder outside.`);
  }
  return problems;
}

function contains(folder: string, path: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}

/** Two sources of one name would be one file in the other folder. */
export function sameNames({ sources }: ReadSources): string[] {
  return [...groupBy(sources, ({ output }) => output)].flatMap(([output, same]) =>
    same.length < 2
      ? []
      : [`${same.map(({ name }) => name).join(' and ')} would both be ${output}: name the folder that has them.`],
  );
}
