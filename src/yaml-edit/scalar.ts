import { readsAsOther } from './schema.ts';

/** Characters that may be refused or folded when they stand in a YAML file as they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/u;
const unprintables = new RegExp(unprintable, 'gu');
const plainStart = /^(?:[A-Za-z0-9_/.$(+]|-[A-Za-z0-9-])/;

/** A string on one line, as JSON. Every YAML reader understands it too. */
export function jsonText(value: string): string {
  return JSON.stringify(value).replace(unprintables, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A string on one line of YAML: plain where every reader takes it for this string, else in quotes. */
export function scalarText(value: string, inFlow: boolean): string {
  if (isPlain(value, inFlow)) return value;
  const single = /["\\]/.test(value) && !unprintable.test(value);
  return single ? `'${value.replaceAll("'", "''")}'` : jsonText(value);
}

function isPlain(value: string, inFlow: boolean): boolean {
  return (
    plainStart.test(value) &&
    /^[\x20-\x7e]*$/.test(value) &&
    !/: | #|[: ]$|^---|^\.\.\./.test(value) &&
    !(inFlow && /[,[\]{}:#]/.test(value)) &&
    !readsAsOther(value)
  );
}

/** The lines of a literal block scalar with its header, or nothing when the text cannot be written as one. */
export function literalOf(value: string): { readonly header: string; readonly lines: readonly string[] } | undefined {
  if (!value.includes('\n') || /^[ \t\n]/.test(value) || unprintable.test(value.replaceAll(/[\n\t]/g, '')))
    return undefined;
  const body = value.replace(/\n$/, '');
  if (body.endsWith('\n') || /[ \t]$/m.test(body)) return undefined;
  return { header: value === body ? '|-' : '|', lines: body.split('\n') };
}
