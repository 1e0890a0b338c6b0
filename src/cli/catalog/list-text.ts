import { annotationKey } from '../../core/annotations.ts';
import type { Template } from '../../template/template.ts';
import { formatted } from '../formatted.ts';

export type Output = 'text' | 'yaml' | 'json' | 'wide' | 'name';

/** Every sidecar, with the annotation that turns it on and its summary. */
export function listText(templates: readonly Template[], output: Output): string {
  if (output === 'name') return templates.map(({ name }) => `${name}\n`).join('');
  const rows = templates.map((template) => ({
    name: template.name,
    turnedOnBy: switchOf(template),
    summary: template.document.spec.summary,
  }));
  if (output === 'json' || output === 'yaml') return formatted(rows, output);
  const more = output === 'wide';
  const cells = rows.map(({ name, turnedOnBy, summary }, i) => {
    const template = templates[i];
    const wide = more && template ? [template.failurePolicy, String(template.parameters.size)] : [];
    return [name, turnedOnBy, ...wide, summary];
  });
  return columns([['NAME', 'TURNED ON BY', ...(more ? ['FAILURE POLICY', 'PARAMETERS'] : []), 'SUMMARY'], ...cells]);
}

/** The annotation that turns a sidecar on. */
export function switchOf({ name, activating }: Template): string {
  const [parameter] = activating;
  return parameter === undefined ? `${annotationKey(name, undefined, '')}: "true"` : annotationKey(name, parameter, '');
}

/** Rows as lines with aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2))).join('');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
