// The examples as they are written, but for what a test without the internet has to replace.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { project } from '../target.ts';

/** The one thing replaced in every example: the address of the repository. Images carry the names that are written. */
export const publicRepository = 'https://github.com/octocat/Spoon-Knife.git';

export interface PodTemplate {
  readonly metadata: { annotations?: Record<string, string>; readonly name?: string };
  readonly spec: object;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { annotations?: Record<string, string>; readonly name: string };
  readonly spec?: { readonly template?: PodTemplate };
}

export interface Example {
  readonly objects: readonly object[];
  /** What the pods are made from, in one of the objects. */
  readonly template: PodTemplate;
}

/**
 * Reads the file, by default one of `examples/`; `repository` takes the place of the public one, and `annotations` are
 * added to the pod's.
 */
export function readExample(file: string, repository: string, annotations: Readonly<Record<string, string>>): Example {
  const text = readText(resolve(join(project, 'examples'), file)).replaceAll(publicRepository, repository);
  const documents = parseAllDocuments(text).filter(({ contents }) => contents !== null);
  const [problem] = documents.flatMap(({ errors }) => errors);
  if (problem) throw new Error(`${file} is not YAML: ${problem.message}`);
  const objects = documents.map((document) => document.toJS() as Manifest);
  const template = objects.map(templateOf).find((each) => each !== undefined);
  if (!template) throw new Error(`${file} holds no pod`);
  template.metadata.annotations = { ...template.metadata.annotations, ...annotations };
  return { objects, template };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') throw new Error(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new Error(`${file} is a folder: name one file in it.`);
    throw error;
  }
}

function templateOf(object: Manifest): PodTemplate | undefined {
  if (object?.kind === 'Pod' && object.spec) return { metadata: object.metadata, spec: object.spec };
  return object?.spec?.template;
}
