import { annotationKey } from '../../core/annotations.ts';
import type { Template } from '../../template/template.ts';
import { formatted } from '../formatted.ts';
import { schemaComment } from '../schema-comment.ts';
import { columns, type Output, switchOf } from './list-text.ts';

/** Sidecars with all their parameters; as yaml or json the templates themselves, ready to be applied. */
export function showText(templates: readonly Template[], output: Output, version: string): string {
  const documents = templates.map(manifestOf);
  if (output === 'yaml') {
    return schemaComment(version) + documents.map((document) => formatted(document, output)).join('---\n');
  }
  if (output === 'json') {
    const [only, ...others] = documents;
    const value = others.length === 0 ? only : { apiVersion: 'v1', kind: 'List', items: documents };
    return formatted(value, output);
  }
  return templates.map(pageOf).join('\n');
}

/** The document without the empty fields that the schema adds. */
function manifestOf({ document }: Template): object {
  const { apiVersion, kind, metadata, spec } = document;
  const written = Object.entries(spec).filter(
    ([, value]) => JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}',
  );
  return { apiVersion, kind, metadata: { name: metadata.name }, spec: Object.fromEntries(written) };
}

function pageOf(template: Template): string {
  const rows = [...template.parameters.values()].map(({ name, declaration }) => [
    `  ${annotationKey(template.name, name, '')}`,
    declaration.values?.join('|') ?? declaration.type,
    declaration.required ? 'required' : (declaration.default ?? ''),
    declaration.description,
  ]);
  const head = `${template.name}: ${template.document.spec.summary}\nTurned on by ${switchOf(template)}\n\n`;
  return head + columns([['  ANNOTATION', 'TYPE', 'DEFAULT', 'DESCRIPTION'], ...rows]);
}
