import { bounded, range } from './bounded.ts';

/** Whole numbers in decimal notation, without a plus sign or leading zeros. Expressions see a CEL `int`. */
export const integer = bounded({
  name: 'integer',
  code: 'bad-integer',
  noun: 'a whole number',
  measure: (text) => (/^(0|-?[1-9][0-9]{0,17})$/.test(text) ? BigInt(text) : undefined),
  misfit: (text) => (/^-?[1-9][0-9]{18,}$/.test(text) ? 'has more than 18 digits' : undefined),
  value: BigInt,
  fix: (_, declared) => {
    return `Write a whole number${range(declared)}, such as "${declared.example ?? declared.min ?? '1'}".`;
  },
  sample: '1',
  longest: 19,
});
