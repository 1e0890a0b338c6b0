import type { Json } from '../../core/json.ts';
import { patched } from '../../yaml-edit/edit-document.ts';
import { unifiedDiff } from './diff.ts';
import { defect, editFile } from './edit-file.ts';
import type { FileProblem } from './file-problem.ts';
import type { InjectedManifests } from './inject-manifests.ts';
import { documentEdits, type Injection } from './inject-object.ts';
import { isRounded, jsonDocument } from './json-document.ts';
import type { Manifest } from './manifests.ts';
import { patchesText } from './patches-text.ts';
import type { Output } from './settings.ts';
import { yamlStream } from './yaml-stream.ts';

/** What goes to standard output, unless there are problems. */
export interface Print {
  readonly text: string;
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** The result in the form that was asked for. */
export function printed(result: InjectedManifests, output: Output, colour: boolean): Print {
  if (output === 'patch') return { text: patchesText(result.injections), warnings: [], problems: [] };
  const byManifest = Map.groupBy(result.injections, ({ manifest }) => manifest);
  if (output === 'json') return printedJson(result, byManifest);
  const files = result.files.map((file) => editFile(file, byManifest));
  const edited = files.map(({ edited }) => edited);
  return {
    text:
      output === 'yaml'
        ? yamlStream(edited)
        : edited.map(({ file, text, splices }) => unifiedDiff(file.name, text, splices, colour)).join(''),
    warnings: files.flatMap(({ warnings }) => warnings),
    problems: files.flatMap(({ problems }) => problems),
  };
}

const rounded = 'Numbers beyond 9007199254740991 may be rounded here; -o yaml keeps them as they are written.';

function printedJson({ files }: InjectedManifests, injections: ReadonlyMap<Manifest, readonly Injection[]>): Print {
  const values: Json[] = [];
  const problems: FileProblem[] = [];
  const warnings: string[] = [];
  for (const manifest of files.flatMap(({ manifests }) => manifests)) {
    const edits = (injections.get(manifest) ?? []).flatMap(documentEdits);
    const value = edits.length === 0 ? manifest.value : patched(manifest.value, edits);
    if (value === undefined) problems.push(defect(manifest));
    else values.push(value);
    if (isRounded(manifest.value)) warnings.push(`${manifest.file}, document ${manifest.number}: ${rounded}`);
  }
  return { text: jsonDocument(values), warnings, problems };
}
