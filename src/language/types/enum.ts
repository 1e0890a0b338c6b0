import type { ParameterType } from './parameter-type.ts';
import { problem, quoted } from './value.ts';

/** One of the declared values. */
export const enumeration: ParameterType = {
  fields: ['values'],
  problems: ({ values = [] }) => {
    if (values.length === 0) return [{ key: 'values', message: 'an enum needs values' }];
    const repeated = values.find((value, i) => values.indexOf(value) !== i);
    return repeated === undefined ? [] : [{ key: 'values', message: `${quoted(repeated)} is listed twice` }];
  },
  reader: ({ values = [] }) => {
    const choices = values.map((value) => `"${value}"`).join(values.length === 2 ? ' or ' : ', ');
    return (text) =>
      values.includes(text)
        ? { value: text }
        : problem('bad-enum', `${quoted(text)} is not one of the choices.`, `Write one of ${choices}.`);
  },
  sample: ({ values: [first = ''] = [] }) => first,
  longest: ({ values = [] }) => ({ size: Math.max(...values.map(({ length }) => length)), items: 0 }),
  shown: ({ values = [] }) => values.map((choice) => `\`${choice}\``).join(', '),
};
