import { defineScalarTag, load, mapTag, NOT_RESOLVED, Schema, seqTag, strTag } from 'js-yaml';
import { isObject, type Json } from '../core/json.ts';
import { readLines } from './line-reader.ts';
import { maxValues, parse } from './parse.ts';
import { expandedSize, type Problem } from './problems.ts';
import { plainScalar } from './schema.ts';

/** The value of a document, as `parse` gives it but without positions, and mostly several times as fast. */
export function readValue(text: string): { readonly value: Json } | { readonly problem: Problem } {
  const value =
    readLines(text)?.value ?? (behindItem.test(text) || behindProperty.test(text) ? undefined : readCommon(text));
  return value === undefined ? parse(text) : { value };
}

/** Line breaks, blanks and markers that readers of YAML take for different things. */
const disputed = /\r(?!\n)|^ *\t|^ +---\s|[\u0080-\u00a0\u2028\u2029\ufeff]/m;

/** What all of them have in them: a text without it is searched in a tenth of the time. */
const rare = /[\r\t\u0080-\u00a0\u2028\u2029\ufeff]| ---/;

/** A list item in quotes or brackets with something behind it on its line, which js-yaml 5.5.0 can take for a key. */
const behindItem = /^ *(?:-[ \t]+)+(?:[&!]\S* +)*(?:"[^"\n]*" *[^\s:#]|'[^'\n]*' *[^\s:#]|[[{].*[\]}] *[^\s:#,\]}])/m;

/**
 * A value with an anchor or a tag that goes on with a key, which js-yaml 5.5.0 takes; a tab behind a dash; an explicit
 * tag.
 */
const behindProperty = /: +(?:[&!]\S* +){1,2}[^\n#]*:(?:\s|$)|-[ \t]*\t|(?:^|[ ,[{])!(?:!|<)/m;

/** Plain scalars as `parse` reads them. Merge keys and explicit tags are left to it: what throws here is not common. */
const plain = defineScalarTag('plain', {
  implicit: true,
  implicitFirstChars: ['', ...'~nNyYtTfFoO<-+.0123456789'],
  resolve: (text) => {
    if (text === '<<') throw new Error('a merge key');
    const value = plainScalar(text);
    return value === text ? NOT_RESOLVED : value;
  },
  identify: () => false,
});

/** Two keys such as 1 and "1" are one in JSON, so only strings are common. */
const stringKeys: typeof mapTag = {
  ...mapTag,
  addPair: (map, key, value) => (typeof key === 'string' ? mapTag.addPair(map, key, value) : 'not a string'),
};

const options = { schema: new Schema([strTag, seqTag, stringKeys, plain]) };

/**
 * The value of a map or a list as a second library reads it. Undefined where readers of YAML may disagree, and for what
 * is not valid: `parse` knows why.
 */
export function readCommon(text: string): Json | undefined {
  if (rare.test(text) && disputed.test(text)) return undefined;
  try {
    const value = load(text, options);
    if (!isObject(value) && !Array.isArray(value)) return undefined;
    return text.includes('&') && expandedSize(value, maxValues) > maxValues ? undefined : value;
  } catch {
    return undefined;
  }
}
