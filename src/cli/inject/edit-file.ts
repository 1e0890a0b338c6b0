import { editInParts } from '../../yaml-edit/edit-list.ts';
import type { Splice } from '../../yaml-edit/splice.ts';
import type { FileProblem } from './file-problem.ts';
import { documentEdits, type Injection } from './inject-object.ts';
import type { Manifest, ManifestFile } from './manifests.ts';

/** A file with what changes in it. Positions count from its first document, behind the byte order mark. */
export interface EditedFile {
  readonly file: ManifestFile;
  readonly text: string;
  readonly splices: readonly Splice[];
}

export interface FileEdits {
  readonly edited: EditedFile;
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
}

/** Makes the injections of a file in its text. */
export function editFile(file: ManifestFile, injections: ReadonlyMap<Manifest, readonly Injection[]>): FileEdits {
  const splices: Splice[] = [];
  const warnings: string[] = [];
  const problems: FileProblem[] = [];
  let start = 0;
  for (const manifest of file.manifests) {
    const edits = (injections.get(manifest) ?? []).flatMap(documentEdits);
    const edited =
      edits.length === 0 ? { splices: [], warnings: [] } : editInParts(manifest.text, manifest.parts, edits);
    if (!edited) problems.push(defect(manifest));
    for (const { from, to, text } of edited?.splices ?? []) splices.push({ from: start + from, to: start + to, text });
    for (const warning of edited?.warnings ?? [])
      warnings.push(`${file.name}, document ${manifest.number}: ${warning}`);
    start += manifest.text.length;
  }
  const text = file.manifests.map(({ text }) => text).join('');
  return { edited: { file, text, splices }, warnings, problems };
}

/** Never print what could be wrong: the problem with a document whose edits did not come out right. */
export function defect({ file, line, number }: Manifest): FileProblem {
  return {
    place: `${file}:${line}:1`,
    whose: `document ${number}`,
    problem: {
      code: 'internal-error',
      path: '',
      message: 'The document with the sidecars in it does not read as it should, so it is not printed.',
      fix: 'Report it with the document; -o json works around it.',
    },
  };
}
