import { Document, visit } from 'yaml';
import { hidesSomething, printableDocument, wellFormed } from '../core/printable.ts';

/**
 * A value as JSON or YAML. Texts that older YAML takes for something else, such as `on`, are in quotes. What messages
 * escape is escaped, and readers get the exact value; but YAML, whose readers refuse halves of characters, has these as
 * messages do.
 */
export function formatted(value: unknown, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${printableDocument(JSON.stringify(value, null, 2), format)}\n`;
  const shown = (_: unknown, each: unknown) => (typeof each === 'string' ? wellFormed(each) : each);
  const document = new Document(value, shown, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar: (_, scalar) => {
      if (typeof scalar.value === 'string' && hidesSomething(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
    },
  });
  return printableDocument(document.toString({ lineWidth: 0 }), format);
}
