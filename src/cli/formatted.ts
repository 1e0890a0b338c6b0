import { stringify } from 'yaml';
import { wellFormed } from '../core/printable.ts';

/**
 * A value as JSON or YAML. Texts that older YAML takes for something else, such as `on`, are in quotes. JSON escapes
 * halves of characters, and YAML, whose readers refuse such an escape, has them as messages do.
 */
export function formatted(value: unknown, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const shown = (_: unknown, each: unknown) => (typeof each === 'string' ? wellFormed(each) : each);
  return stringify(value, shown, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
