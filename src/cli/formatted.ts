import { stringify } from 'yaml';

/** A value as JSON or YAML. Texts that older YAML takes for something else, such as `on`, are in quotes. */
export function formatted(value: unknown, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
