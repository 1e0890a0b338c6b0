import { lineReader, patternProblems } from './one-line.ts';
import type { ParameterType } from './parameter-type.ts';

/** Characters of a string whose declaration has no `maxLength`. */
const defaultLength = 4096;

/** One line of text. */
export const string: ParameterType = {
  fields: ['pattern', 'hint', 'maxLength'],
  problems: patternProblems,
  reader: (declared) => lineReader(declared, declared.maxLength ?? defaultLength),
  sample: () => 'sample',
  longest: ({ maxLength }) => ({ size: maxLength ?? defaultLength, items: 0 }),
};
