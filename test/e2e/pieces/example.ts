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

/** Reads the file, by default one of `examples/`; `repository` takes the place of the public one, and `annotations` are added to the pod's. */
export function readExample(file: string, repository: string, annotations: Readonly<Record<string, string>>): Example {
  const text = readFileSync(resolve(join(project, 'examples'), file), 'utf8').replaceAll(publicRepository, repository);
  const objects = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const template = objects.map(templateOf).find((each) => each !== undefined);
  if (!template) throw new Error(`${file} holds no pod`);
  template.metadata.annotations = { ...template.metadata.annotations, ...annotations };
  return { objects, template };
}

function templateOf(object: Manifest): PodTemplate | undefined {
  if (object.kind === 'Pod' && object.spec) return { metadata: object.metadata, spec: object.spec };
  return object.spec?.template;
}
