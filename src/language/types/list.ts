import type { DeclaredFields } from './fields.ts';
import { lineReader, patternProblems } from './one-line.ts';
import type { ParameterType } from './parameter-type.ts';
import { problem, quoted, type Reader } from './value.ts';

/** Characters of the whole list and of one item, and items: an expression can loop over a list for each pod. */
const [maxLength, maxItemLength, maxItems] = [16_384, 253, 200];

/** Items between commas. Spaces around an item do not count, and no item may be repeated. */
export const list: ParameterType = {
  fields: ['pattern', 'hint'],
  problems: patternProblems,
  reader: listReader,
  sample: () => 'sample',
  longest: () => ({ size: maxLength, items: maxItems }),
};

function listReader({ pattern, hint, example }: DeclaredFields): Reader {
  const shown = hint?.includes('such as') ? undefined : example;
  const readItem = lineReader({ pattern, hint, example: shown?.includes(',') ? undefined : shown }, maxItemLength);
  const whole = shown?.includes(',') ? `, such as "${shown}"` : '';
  return (text) => {
    if (text.length > maxLength)
      return problem('bad-list', `The list is ${text.length} characters long.`, `Write at most ${maxLength}.`);
    const items = text.split(',').map((part) => part.trim());
    if (items.length > maxItems)
      return problem('bad-list', `The list has ${items.length} items.`, `Write at most ${maxItems}.`);
    for (const item of items) {
      const read = readItem(item);
      if (!('problem' in read)) continue;
      const { message, fix } = read.problem;
      return problem('bad-list', `In the list: ${message}`, `${fix} Separate items with commas${whole}.`);
    }
    const repeated = items.find((item, i) => items.indexOf(item) !== i);
    if (repeated !== undefined)
      return problem('bad-list', `${quoted(repeated)} is in the list twice.`, 'Write each item once.');
    return { value: items };
  };
}
