import { parseAllDocuments } from 'yaml';
import { templateSchema } from '../template/schema.ts';

/**
 * The templates of a YAML file as the build stores them: JSON, which a program reads twenty times as fast, checked and
 * with all defaults, so that a command line need not do it each time it starts. Throws if a document is not a template.
 */
export function builtTemplates(yaml: string): string {
  return JSON.stringify(parseAllDocuments(yaml).map((document) => templateSchema.parse(document.toJS())));
}
