import { resolve, sep } from 'node:path';
import type { Console } from '../console.ts';
import { isUrl, shownUrl } from '../fetch-url.ts';
import { groupBy } from '../group-by.ts';
import type { ReadSources } from './sources.ts';

export const outputs = ['yaml', 'json', 'patch', 'diff'] as const;
export type Output = (typeof outputs)[number];

/** Where the result goes, and in which format. */
export interface DeliverySettings {
  readonly files: readonly string[];
  readonly output: Output;
  readonly inPlace: boolean;
  readonly outputDir: string | undefined;
  readonly overwrite: boolean;
  /** Whether the exit code says if there are changes. */
  readonly exitCode: boolean;
  readonly quiet: boolean;
  readonly noColor: boolean;
}

/** The flags of these settings, besides that of the files. */
export const deliveryFlags = [
  ...(['output', 'exit-code', 'in-place', 'output-dir', 'overwrite', 'quiet', 'no-color'] as const),
] as const;

interface DeliveryValues {
  readonly filename: readonly string[];
  readonly output: Output;
  readonly 'in-place': boolean;
  readonly 'output-dir': string | undefined;
  readonly overwrite: boolean;
  readonly 'exit-code': boolean;
  readonly quiet: boolean;
  readonly 'no-color': boolean;
}

export function deliveryOf(values: DeliveryValues): DeliverySettings {
  const { filename, output, overwrite, quiet } = values;
  return {
    ...{ files: filename, output, overwrite, quiet },
    inPlace: values['in-place'],
    outputDir: values['output-dir'],
    exitCode: values['exit-code'],
    noColor: values['no-color'],
  };
}

/** What is wrong in the use of the flags that say where the result goes. */
export function deliveryProblems(settings: DeliverySettings, { files }: Pick<Console, 'files'>): string[] {
  const { inPlace, outputDir, overwrite, output, exitCode } = settings;
  const problems: string[] = [];
  if (exitCode && output !== 'diff') problems.push('--exit-code belongs to -o diff.');
  if (inPlace && outputDir !== undefined) problems.push('Use --in-place or --output-dir, not both.');
  if (overwrite && outputDir === undefined) problems.push('--overwrite belongs to --output-dir.');
  if (!inPlace && outputDir === undefined) return problems;
  const flag = inPlace ? '--in-place' : '--output-dir';
  if (output !== 'yaml') problems.push(`${flag} writes the files as they are, so it cannot be used with -o ${output}.`);
  for (const path of settings.files) {
    if (path === '-') problems.push(`${flag} needs files, and standard input is none.`);
    else if (inPlace && isUrl(path)) problems.push(`--in-place changes files, and ${shownUrl(path)} is none.`);
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
