import { printable } from '../../core/printable.ts';
import { applySplices, type Splice } from '../../yaml-edit/lines.ts';
import { parse } from '../../yaml-edit/parse.ts';
import { documentEdits, type Injection } from './inject-object.ts';
import { editInParts } from './list-document.ts';
import { badDocument, type FileProblem, type Manifest, type ManifestFile } from './manifests.ts';

/** A file and its changes. Positions count from its first document, after the byte order mark. */
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

/** The changes that the injections make in the text of a file. */
export function editFile(file: ManifestFile, injections: ReadonlyMap<Manifest, readonly Injection[]>): FileEdits {
  const splices: Splice[] = [];
  const warnings: string[] = [];
  const problems: FileProblem[] = [];
  let start = 0;
  for (const manifest of file.manifests) {
    const edits = (injections.get(manifest) ?? []).flatMap(documentEdits);
    const edited =
      edits.length === 0 ? { splices: [], warnings: [] } : editInParts(manifest.text, manifest.parts, edits);
    if (!edited) problems.push(...notEdited(manifest));
    for (const { from, to, text } of edited?.splices ?? []) splices.push({ from: start + from, to: start + to, text });
    for (const warning of edited?.warnings ?? [])
      warnings.push(printable(`${file.name}, document ${manifest.number}: ${warning}`));
    start += manifest.text.length;
  }
  const text = file.manifests.map(({ text }) => text).join('');
  return { edited: { file, text, splices }, warnings, problems };
}

/** Why a document cannot be edited. The fast reader takes some documents that are not valid. */
function notEdited(manifest: Manifest): readonly FileProblem[] {
  const parsed = parse(manifest.text);
  return 'problem' in parsed ? badDocument(manifest, parsed.problem) : [defect(manifest)];
}

/** The problem with a document whose edits did not give the expected result. It must not be printed. */
export function defect({ file, line, number }: Manifest): FileProblem {
  return {
    position: `${file}:${line}:1`,
    subject: `document ${number}`,
    problem: {
      code: 'internal-error',
      path: '',
      message: 'The edited document does not have the expected content, so it is not printed.',
      fix: 'Report this with the document. As a workaround, use -o json.',
    },
  };
}

/** The files as one YAML stream. A single file keeps every byte that is not edited. */
export function yamlStream(files: readonly EditedFile[]): string {
  if (files.length === 1 && files[0]) return files[0].file.mark + applySplices(files[0].text, files[0].splices);
  const parts: string[] = [];
  for (const { file, text, splices } of files) {
    const edited = applySplices(text, [...splices, ...markersBetween(file)]);
    const last = parts.at(-1);
    if (last !== undefined && !last.endsWith('\n')) parts.push('\n');
    const part = separator(last === undefined, edited) + edited;
    if (part !== '') parts.push(part);
  }
  return parts.join('');
}

/** Markers between the objects of a JSON stream, which YAML readers need. */
function markersBetween({ manifests }: ManifestFile): Splice[] {
  let position = 0;
  return manifests.flatMap(({ text }, i) => {
    const from = position;
    position += text.length;
    return i > 0 && /^\s*\{/.test(text) ? [{ from, to: from, text: '\n---\n' }] : [];
  });
}

/**
 * What separates a file from those before it. kubectl reads a stream that begins with a brace as JSON to its end, so
 * JSON gets a marker even at the beginning.
 */
function separator(isFirst: boolean, text: string): string {
  if (/^(?:\s*(?:#.*)?\r?\n)*%/.test(text)) return isFirst ? '' : '...\n';
  if (/^(?:\s*(?:#.*)?\r?\n)*---(?:\s|$)/.test(text)) return '';
  return !isFirst || /^\s*[{[]/.test(text) ? '---\n' : '';
}
