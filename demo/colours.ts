import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Paints text when the output is a terminal that shows colours; plain text otherwise (NO_COLOR, a pipe, `--plain`). */
export function painter(coloured: boolean): (style: Style, text: string) => string {
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
}
