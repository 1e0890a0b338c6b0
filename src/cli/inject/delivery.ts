import type { Console, ExitCode, NewFile } from '../console.ts';
import { groupBy } from '../group-by.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { InjectedManifests } from './inject-manifests.ts';
import type { FileProblem } from './manifests.ts';
import { type Print, printed } from './print.ts';
import { reportLines } from './report-lines.ts';
import type { ReadSources } from './sources.ts';
import { editFile, yamlStream } from './yaml-output.ts';

/** What is delivered. */
type Delivered = Pick<InjectedManifests, 'files' | 'injections'>;

/** Prints the result, or writes it to files. Gives the problems where nothing was printed or written because of them. */
export function deliver(
  console: Console,
  input: ReadSources,
  result: Delivered,
  settings: DeliverySettings,
): { readonly code: ExitCode } | { readonly problems: readonly FileProblem[] } {
  const { output, inPlace, outputDir, exitCode, quiet, noColor } = settings;
  const toFiles = inPlace || outputDir !== undefined;
  const files = toFiles ? editedFiles(input, result, settings) : undefined;
  const print = files ?? printed(result, output, console.colour && !noColor);
  if (print.problems.length > 0) return { problems: print.problems };
  if (files) {
    const failure = console.files.write(files.writes);
    if (failure) {
      const { message, written } = failure;
      const before = written.length === 0 ? 'No file was changed' : `Written before that: ${written.join(', ')}`;
      console.stderr(`error: ${message}. ${before}.\n`);
      return { code: exitCode ? 2 : 1 };
    }
  }
  const written = files?.writes.map(({ path }) => path).join(', ');
  const report = [
    ...[...input.notes, ...reportLines(result.injections)],
    ...(written === undefined ? [] : [written === '' ? 'no file changes' : `wrote ${written}`]),
  ];
  for (const line of [...(quiet ? [] : report), ...print.warnings]) console.stderr(`${line}\n`);
  console.stdout(print.text);
  return { code: exitCode && print.text !== '' ? 1 : 0 };
}

/** In place, the files that change; in another folder, all of them. */
function editedFiles(
  { sources }: ReadSources,
  result: Delivered,
  { inPlace, outputDir, overwrite }: DeliverySettings,
): Print & { readonly writes: readonly NewFile[] } {
  const byManifest = groupBy(result.injections, ({ manifest }) => manifest);
  const edits = result.files.map((file) => editFile(file, byManifest));
  const writes = edits.flatMap(({ edited }, i) => {
    if (inPlace && edited.splices.length === 0) return [];
    const path = inPlace ? edited.file.name : `${outputDir}/${sources[i]?.output}`;
    return [{ path, text: yamlStream([edited]), replace: inPlace || overwrite }];
  });
  return {
    ...{ text: '', writes },
    warnings: edits.flatMap(({ warnings }) => warnings),
    problems: edits.flatMap(({ problems }) => problems),
  };
}
