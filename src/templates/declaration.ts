import type { ParameterDeclaration, ParameterType } from '../api/parameter.ts';
import type { TemplateSpec } from '../api/template.ts';
import { quantityOf, secondsOf } from './values/numbers.ts';
import { quoted } from './values/value.ts';

/** What is wrong with a declaration, and in which of its fields. */
export interface DeclarationFlaw {
  readonly key: string;
  readonly sentence: string;
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
export function declarationFlaws(declaration: ParameterDeclaration): DeclarationFlaw[] {
  const { type, min, max, values = [] } = declaration;
  const flaws: DeclarationFlaw[] = [];
  for (const [key, types] of Object.entries(typesOf))
    if (declaration[key as Field] !== undefined && !types.includes(type))
      flaws.push({ key, sentence: `is for the type ${types.join(', ')}, and does nothing for ${type}: leave it out` });
  if (flaws.length > 0) return flaws;
  const measure = measures[type];
  const sizes = {
    min: min === undefined ? undefined : measure?.(min),
    max: max === undefined ? undefined : measure?.(max),
  };
  for (const [key, text] of Object.entries({ min, max }))
    if (text !== undefined && sizes[key as 'min' | 'max'] === undefined)
      flaws.push({ key, sentence: `${quoted(text)} is not written as the type ${type} is` });
  if (sizes.min !== undefined && sizes.max !== undefined && sizes.min > sizes.max)
    flaws.push({ key: 'min', sentence: `${min} is more than max, which is ${max}` });
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) flaws.push({ key: 'values', sentence: `${quoted(twice)} is there twice` });
  return flaws;
}

/** Where a parameter is declared: one that every sidecar has gets its default from a field of the template. */
export function placeOf({ parameters }: TemplateSpec, name: string, key: string): (string | number)[] {
  const i = parameters.findIndex((parameter) => parameter.name === name);
  if (i >= 0) return ['spec', 'parameters', i, key];
  return name === 'image'
    ? ['spec', 'image']
    : ['spec', 'resources', name === 'cpu-limit' ? 'cpuLimit' : name === 'memory-limit' ? 'memoryLimit' : name];
}
