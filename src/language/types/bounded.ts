import type { DeclaredFields } from './fields.ts';
import type { DeclarationProblem, ParameterType } from './parameter-type.ts';
import { problem, quoted, type Value, type ValueProblem } from './value.ts';

/** What a type with `min` and `max` decides itself. */
interface Measured {
  readonly name: string;
  readonly code: ValueProblem['code'];
  /** The type with its article, as in "a whole number". */
  readonly noun: string;
  /** The size of a text, or undefined where the text is not of this type. */
  readonly measure: (text: string) => number | bigint | undefined;
  /** The value that expressions see. */
  readonly value: (text: string) => Value;
  /** What keeps a text from being of this type, where that is not its form. */
  readonly misfit?: (text: string) => string | undefined;
  /** What to write instead of a text that is not of this type. */
  readonly fix: (text: string, declared: DeclaredFields) => string;
  readonly sample: string;
  /** Characters of the longest text. */
  readonly longest: number;
}

/** A type whose values have a size, which `min` and `max` bound. Both bounds are allowed values. */
export function bounded({ name, code, noun, measure, misfit, value, fix, sample, longest }: Measured): ParameterType {
  return {
    fields: ['min', 'max'],
    problems: ({ min, max }) => boundProblems(name, measure, min, max),
    reader: (declared) => {
      const [min, max] = [measure(declared.min ?? ''), measure(declared.max ?? '')];
      return (text) => {
        const size = measure(text);
        if (size === undefined)
          return problem(code, `${quoted(text)} ${misfit?.(text) ?? `is not ${noun}`}.`, fix(text, declared));
        const [small, large] = [min !== undefined && size < min, max !== undefined && size > max];
        if (!small && !large) return { value: value(text) };
        return problem(
          code,
          `${quoted(text)} is too ${small ? 'small' : 'large'}.`,
          `Write ${noun}${range(declared)}.`,
        );
      };
    },
    sample: ({ min }) => min ?? sample,
    longest: () => ({ size: longest, items: 0 }),
    shown: (declared) => {
      const bounds = boundsText(declared);
      return bounds === '' ? name : `${name} (${bounds})`;
    },
  };
}

function boundProblems(
  name: string,
  measure: Measured['measure'],
  min: string | undefined,
  max: string | undefined,
): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  for (const [key, text] of [
    ['min', min],
    ['max', max],
  ] as const)
    if (text !== undefined && measure(text) === undefined)
      problems.push({ key, message: `${quoted(text)} is not a valid ${name}` });
  const [least, most] = [measure(min ?? ''), measure(max ?? '')];
  if (least !== undefined && most !== undefined && least > most)
    problems.push({ key: 'min', message: `${min} is more than max, which is ${max}` });
  return problems;
}

/** The bounds in words, to follow the noun. */
export function range(declared: DeclaredFields): string {
  const bounds = boundsText(declared);
  if (bounds === '') return '';
  return declared.min !== undefined && declared.max !== undefined ? ` from ${bounds}` : ` of ${bounds}`;
}

function boundsText({ min, max }: DeclaredFields): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? '' : `at most ${max}`;
}
