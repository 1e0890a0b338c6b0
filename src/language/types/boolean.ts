import type { ParameterType } from './parameter-type.ts';
import { problem, quoted } from './value.ts';

/** `true` or `false`, in lower case. */
export const boolean: ParameterType = {
  fields: [],
  reader: () => (text) => {
    if (text === 'true') return { value: true };
    if (text === 'false') return { value: false };
    return problem('bad-boolean', `${quoted(text)} is neither true nor false.`, 'Write "true" or "false".');
  },
  sample: () => 'true',
  longest: () => ({ size: 'false'.length, items: 0 }),
};
