import { firstLine } from './expression.ts';

/** A problem in a template, at a path of keys and indices from the template's root. */
export interface TemplateProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A place as problems name it: `spec.parameters[0].type`. */
export function placeText(path: TemplateProblem['path']): string {
  const text = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[$\w]+$/.test(key) ? `.${key}` : `['${key}']`;
  });
  return text.join('').replace(/^\./, '');
}

/** What went wrong at a place of the template while it was rendered. */
export class RenderError extends Error {
  readonly path: TemplateProblem['path'];
  constructor(path: TemplateProblem['path'], error: unknown) {
    super(firstLine(error));
    this.path = path;
  }
}
