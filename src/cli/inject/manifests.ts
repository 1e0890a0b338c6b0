import type { Json } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { linePosition } from '../../yaml-edit/lines.ts';
import type { Problem as DocumentProblem } from '../../yaml-edit/problems.ts';
import { splitDocuments } from '../../yaml-edit/split-documents.ts';
import type { Encoding } from '../console.ts';
import { readDocument } from './list-document.ts';
import type { Part } from './list-parts.ts';
import { notAnObject } from './not-objects.ts';
import type { Source } from './sources.ts';

/**
 * A problem in a file: `position` is `web.yaml:12:3`, `subject` names the document and the object. Both can be empty.
 */
export interface FileProblem {
  readonly position: string;
  readonly subject: string;
  readonly problem: Problem;
  /** The path of the problem from its object, where that is in a list. */
  readonly pathInObject?: string;
}

/** One document of a file. Its number counts the documents that are not empty, from one. */
export interface Manifest {
  readonly file: string;
  readonly number: number;
  /** The line of the file where the text begins. */
  readonly line: number;
  readonly text: string;
  readonly value: Json;
  /** The parts that can be parsed and edited on their own. */
  readonly parts: readonly Part[];
}

/** A file and its documents. Their texts after the mark are the whole file. */
export interface ManifestFile {
  readonly name: string;
  /** A byte order mark, as some Windows programs write it. */
  readonly mark: '\uFEFF' | '';
  readonly encoding: Encoding;
  readonly manifests: readonly Manifest[];
}

/** What files hold. */
export interface ReadManifests {
  readonly files: readonly ManifestFile[];
  /** Those of all files. */
  readonly manifests: readonly Manifest[];
  /** Of each document that cannot be read. */
  readonly problems: readonly FileProblem[];
}

/** Reads the documents of files. */
export function readManifests(sources: readonly Source[]): ReadManifests {
  const read = sources.map(readFile);
  return {
    files: read.map(({ file }) => file),
    manifests: read.flatMap(({ file }) => file.manifests),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function readFile({ name, bytes }: Source): { file: ManifestFile; problems: FileProblem[] } {
  const encoding = encodingOf(bytes);
  const decoded = decode(bytes, encoding);
  const unreadable = textProblem(name, decoded);
  const problems: FileProblem[] = unreadable ? [unreadable] : [];
  const manifests: Manifest[] = [];
  const mark = decoded?.startsWith('\uFEFF') ? '\uFEFF' : '';
  let number = 0;
  for (const { text, line } of splitDocuments(unreadable ? '' : (decoded?.slice(mark.length) ?? ''))) {
    const read = readDocument(text);
    const problem = 'problem' in read ? read.problem : notAnObject(read.value, text);
    if ('problem' in read || read.value !== null) number++;
    if (problem) problems.push(...badDocument({ file: name, number, line, text }, problem));
    else if ('value' in read) manifests.push({ file: name, number, line, text, ...read });
  }
  return { file: { name, mark, encoding, manifests }, problems };
}

/** The problems of a document that cannot be read, where they are in the file. */
export function badDocument(
  { file, number, line, text }: Pick<Manifest, 'file' | 'number' | 'line' | 'text'>,
  problem: DocumentProblem,
): FileProblem[] {
  return [problem, ...(problem.also ?? [])].map(({ position, message, fix }) => {
    const at = linePosition(text, position);
    const where = `${file}:${line + at.line - 1}:${at.column}`;
    return { position: where, subject: `document ${number}`, problem: bad(message, fix) };
  });
}

function bad(message: string, fix: string): Problem {
  return { code: 'bad-document', path: '', message, fix };
}

/** A problem for each file when all of them are empty. A single empty file is fine. */
export function nothingIn(files: readonly ManifestFile[]): FileProblem[] {
  if (files.some(({ manifests }) => manifests.some(({ value }) => value !== null))) return [];
  const message = 'The file has no manifest.';
  const fix = 'Name a file with Kubernetes objects in YAML or JSON.';
  return files.map(({ name }) => ({ position: name, subject: '', problem: bad(message, fix) }));
}

function encodingOf([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** What keeps a text from being read. YAML has no NUL characters: a text with many of them is of another encoding. */
function textProblem(name: string, text: string | undefined): FileProblem | undefined {
  const nul = text?.indexOf('\0') ?? -1;
  if (text !== undefined && nul < 0) return undefined;
  if (text === undefined || text.split('\0').length * 3 > text.length) {
    const message = 'The file is neither UTF-8 nor UTF-16 with a byte order mark.';
    return { position: name, subject: '', problem: bad(message, 'Save it as UTF-8.') };
  }
  const { line, column } = linePosition(text, nul);
  const message = 'The file has a NUL character, which YAML and JSON cannot have.';
  return { position: `${name}:${line}:${column}`, subject: '', problem: bad(message, 'Remove it.') };
}

/** The text with its byte order mark; undefined where the bytes are of another encoding. */
function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
