import { quantityOf, secondsOf } from '../core/units.ts';
import type { ParameterDeclaration, ParameterType } from './parameter-declaration.ts';
import { quoted } from './types/value.ts';

/** What is wrong with a declaration, and in which of its fields. */
export interface DeclarationProblem {
  readonly key: string;
  readonly message: string;
}

type Field = keyof ParameterDeclaration;

/** Fields that mean something for some types only. */
const typesOf: { readonly [field in Field]?: readonly ParameterType[] } = {
  values: ['enum'],
  pattern: ['string', 'list'],
  hint: ['string', 'list'],
  min: ['integer', 'duration', 'quantity'],
  max: ['integer', 'duration', 'quantity'],
  maxLength: ['string'],
  schemes: ['url'],
  relative: ['path'],
};

const measures: { readonly [type in ParameterType]?: (text: string) => number | undefined } = {
  integer: (text) => (/^(0|-?[1-9][0-9]{0,17})$/.test(text) ? Number(text) : undefined),
  duration: secondsOf,
  quantity: quantityOf,
};

/** Fields of a declaration that say nothing, or contradict each other. */
export function declarationProblems(declaration: ParameterDeclaration): DeclarationProblem[] {
  const { type, min, max, values = [] } = declaration;
  const problems: DeclarationProblem[] = [];
  for (const [key, types] of Object.entries(typesOf))
    if (declaration[key as Field] !== undefined && !types.includes(type))
      problems.push({
        key,
        message: `is for the type ${types.join(', ')}, and does nothing for ${type}: leave it out`,
      });
  if (problems.length > 0) return problems;
  const measure = measures[type];
  const sizes = {
    min: min === undefined ? undefined : measure?.(min),
    max: max === undefined ? undefined : measure?.(max),
  };
  for (const [key, text] of Object.entries({ min, max }))
    if (text !== undefined && sizes[key as 'min' | 'max'] === undefined)
      problems.push({ key, message: `${quoted(text)} is not written as the type ${type} is` });
  if (sizes.min !== undefined && sizes.max !== undefined && sizes.min > sizes.max)
    problems.push({ key: 'min', message: `${min} is more than max, which is ${max}` });
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) problems.push({ key: 'values', message: `${quoted(twice)} is there twice` });
  return problems;
}
