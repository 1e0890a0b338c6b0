import { printable } from '../../core/printable.ts';
import type { Console, ExitCode, NewFile } from '../console.ts';
import { groupBy } from '../group-by.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { InjectedManifests } from './inject-manifests.ts';
import { lineOf } from './locate.ts';
import type { FileProblem } from './manifests.ts';
import { type Print, printed } from './print.ts';
import { reportLines } from './report-lines.ts';
import type { ReadSources } from './sources.ts';
import { editFile, yamlStream } from './yaml-output.ts';

/** What is delivered. */
type Delivered = Pick<InjectedManifests, 'files' | 'injections'>;

/** What a command does with its files. */
type Done = 'injected' | 'removed';

/** Prints why nothing was done. */
export function refused(
  console: Console,
  problems: readonly FileProblem[],
  done: Done,
  settings: DeliverySettings,
): ExitCode {
  for (const problem of problems) console.stderr(`${lineOf(problem)}\n`);
  console.stderr(`${problems.length === 1 ? '1 problem' : `${problems.length} problems`}: nothing was ${done}.\n`);
  return settings['exit-code'] ? 2 : 1;
}

/** Prints the result, or writes it to files; where there are problems, all of them and nothing else. */
export function deliver(
  console: Console,
  input: ReadSources,
  result: Delivered,
  done: Done,
  settings: DeliverySettings,
): ExitCode {
  const { output, quiet, 'exit-code': exitCode, 'no-color': noColor } = settings;
  const toFiles = settings['in-place'] || settings['output-dir'] !== undefined;
  const files = toFiles ? editedFiles(input, result, settings) : undefined;
  const print = files ?? printed(result, output, console.colour && !noColor);
  if (print.problems.length > 0) return refused(console, print.problems, done, settings);
  if (files) {
    const failure = console.files.write(files.writes);
    if (failure) {
      const { message, written } = failure;
      const before = written.length === 0 ? 'No file was changed' : `Written before that: ${written.join(', ')}`;
      console.stderr(`${printable(`error: ${message}. ${before}.`)}\n`);
      return 2;
    }
  }
  const written = files?.writes.map(({ path }) => path).join(', ');
  const report = [
    ...[...input.notes, ...reportLines(result.injections)],
    ...(written === undefined ? [] : [written === '' ? 'no file changes' : printable(`wrote ${written}`)]),
  ];
  console.stderr([...(quiet ? [] : report), ...print.warnings].map((line) => `${line}\n`).join(''));
  console.stdout(print.text);
  return exitCode && print.text !== '' ? 1 : 0;
}

/** In place, the files that change; in another folder, all of them. */
function editedFiles(
  { sources }: ReadSources,
  result: Delivered,
  { 'in-place': inPlace, 'output-dir': outputDir, overwrite }: DeliverySettings,
): Print & { readonly writes: readonly NewFile[] } {
  const byManifest = groupBy(result.injections, ({ manifest }) => manifest);
  const edits = result.files.map((file) => editFile(file, byManifest));
  const writes = edits.flatMap(({ edited }, i) => {
    if (inPlace && edited.splices.length === 0) return [];
    const path = inPlace ? edited.file.name : `${outputDir}/${sources[i]?.output}`;
    // New files are UTF-8, which every program reads; what is changed in place stays as it was.
    const encoding = inPlace ? edited.file.encoding : 'utf-8';
    return [{ path, text: yamlStream([edited]), encoding, replace: inPlace || overwrite }];
  });
  return {
    ...{ text: '', writes },
    warnings: edits.flatMap(({ warnings }) => warnings),
    problems: edits.flatMap(({ problems }) => problems),
  };
}
