import { firstLine } from './cel.ts';

/** A problem in a template, at a path of keys and indices from the template's root. */
export interface TemplateProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A message with its full stop, unless it ends with a question. */
export function sentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}

/** A path as messages show it: `spec.parameters[0].type`. */
export function pathText(path: TemplateProblem['path']): string {
  const text = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[$\w]+$/.test(key) ? `.${key}` : `['${key}']`;
  });
  return text.join('').replace(/^\./, '');
}

/**
 * Where the written form of a value has the `${ … }` that a message names: 0 where it has none of them, or one only.
 */
export function expressionOffset(written: string, message: string): number {
  if (!message.includes('${')) return 0;
  const found = [...written.matchAll(/\$\{[^}]*\}/g)].find(([expression]) => message.includes(expression));
  return found?.index ?? 0;
}

/** An error while a template was rendered, with the path of the part that failed. */
export class RenderError extends Error {
  readonly path: TemplateProblem['path'];
  constructor(path: TemplateProblem['path'], error: unknown) {
    super(firstLine(error));
    this.path = path;
  }
}

/** What failed in a template, with its path where that is known, in one line. */
export function failureText(error: unknown): string {
  return error instanceof RenderError ? `${pathText(error.path)}: ${error.message}` : firstLine(error);
}
