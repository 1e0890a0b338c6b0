import type { Json } from '../../core/json.ts';
import { linePosition } from '../../yaml-edit/lines.ts';
import type { Part } from '../../yaml-edit/list-parts.ts';
import { readDocument } from '../../yaml-edit/read-document.ts';
import { splitDocuments } from '../../yaml-edit/split-documents.ts';
import type { FileProblem } from './file-problem.ts';
import type { Source } from './sources.ts';

/** One document of a file. Its number counts the documents that hold something, from one. */
export interface Manifest {
  readonly file: string;
  readonly number: number;
  /** The line of the file on which the text begins. */
  readonly line: number;
  readonly text: string;
  readonly value: Json;
  /** The parts that can be read and edited by themselves. */
  readonly parts: readonly Part[];
}

/** A file as its documents. The texts of the documents behind the mark are the file, byte for byte. */
export interface ManifestFile {
  readonly name: string;
  /** The byte order mark that some Windows programs write. */
  readonly mark: '\uFEFF' | '';
  readonly manifests: readonly Manifest[];
}

/** Reads the documents of a file; every document that cannot be read is a problem. */
export function readManifests({ name, bytes }: Source): { file: ManifestFile; problems: FileProblem[] } {
  const decoded = decode(bytes);
  const problems: FileProblem[] = [];
  const manifests: Manifest[] = [];
  const refuse = (place: string, whose: string, message: string, fix: string) =>
    problems.push({ place, whose, problem: { code: 'bad-document', path: '', message, fix } });
  if (decoded === undefined) refuse(name, '', 'The file is not UTF-8 text.', 'Save it as UTF-8.');
  const mark = decoded?.startsWith('\uFEFF') ? '\uFEFF' : '';
  let number = 0;
  for (const { text, line } of splitDocuments(decoded?.slice(mark.length) ?? '')) {
    const read = readDocument(text);
    if ('value' in read) {
      if (read.value !== null) number++;
      manifests.push({ file: name, number, line, text, ...read });
    } else {
      number++;
      for (const { position, message, fix } of [read.problem, ...(read.problem.also ?? [])]) {
        const at = linePosition(text, position);
        refuse(`${name}:${line + at.line - 1}:${at.column}`, `document ${number}`, message, fix);
      }
    }
  }
  return { file: { name, mark, manifests }, problems };
}

/** A problem for each of the files when nothing is in any of them; beside others, an empty file does no harm. */
export function nothingIn(files: readonly ManifestFile[]): FileProblem[] {
  if (files.some(({ manifests }) => manifests.some(({ value }) => value !== null))) return [];
  const message = 'There is no manifest in it.';
  const fix = 'Give a file that holds Kubernetes objects as YAML or JSON.';
  return files.map(({ name }) => ({
    place: name,
    whose: '',
    problem: { code: 'bad-document', path: '', message, fix },
  }));
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
