/**
 * What to write where YAML cannot be read because of a `${ … }` of a template: in `{ }` and `[ ]`, and with `: ` or
 * quotes within it, it needs quotes. Undefined where the line of the position has none.
 */
export function expressionQuotes(text: string, position: number): string | undefined {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  const line = text.slice(start, end < 0 ? undefined : end);
  const write = 'Put quotes around the whole value with ${ … }, and use the other kind of quotes inside.';
  return line.includes('${') ? write : undefined;
}
