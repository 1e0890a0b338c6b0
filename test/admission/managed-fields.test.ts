import { describe, expect, it } from 'vitest';
import { reviewOf, reviewSizes } from '../../bench/reviews.ts';
import { textWithoutManagedFields } from '../../src/admission/review.ts';
import { fc } from '../fast-check.ts';

describe('a review without its field tracking', () => {
  it.each(reviewSizes)('is the same review but for that: $label', (size) => {
    const review = JSON.parse(reviewOf(size));
    const expected = structuredClone(review);
    expected.request.object.metadata.managedFields = [];
    expect(JSON.parse(textWithoutManagedFields(Buffer.from(JSON.stringify(review))))).toEqual(expected);
  });

  it('keeps everything else, whatever texts are in it', () => {
    const nasty = fc.constantFrom('"managedFields":[', 'managedFields', '\\', '"', ']', '[', '\\"managedFields\\":[');
    const text = fc.array(fc.oneof(nasty, fc.string({ maxLength: 5 }))).map((parts) => parts.join(''));
    const key = text.filter((name) => name !== 'managedFields' && name !== '__proto__');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(text, text),
      ),
    })).any;
    // Texts are compared: V8's JSON.parse can itself misread a key with an escape (nodejs/node#63785).
    const any = fc.dictionary(key, text);
    fc.assert(
      fc.property(any, value, any, (before, managedFields, after) => {
        const tracked = { a: before, metadata: { managedFields: [managedFields] }, b: after };
        const expected = { ...tracked, metadata: { managedFields: [] } };
        expect(textWithoutManagedFields(Buffer.from(JSON.stringify(tracked)))).toBe(JSON.stringify(expected));
      }),
      { numRuns: 5000 },
    );
  });

  it.each<[string, string]>([
    ['{"managedFields":[]}', '{"managedFields":[]}'],
    ['{"a":1,"managedFields":[{"b":[1,[2]]},[]],"c":[3]}', '{"a":1,"managedFields":[],"c":[3]}'],
    ['{"managedFields":["]",{"[":"["}],"c":"]"}', '{"managedFields":[],"c":"]"}'],
    ['{"managedFields":["\\"]","\\\\"],"c":"]"}', '{"managedFields":[],"c":"]"}'],
    ['"managedFields":["ü🚀"],"ü🚀"', '"managedFields":[],"ü🚀"'],
    ['{"managedFields":[1],"b":{"managedFields":[2]}}', '{"managedFields":[],"b":{"managedFields":[2]}}'],
    ['{"managedFields":{"a":[1]}}', '{"managedFields":{"a":[1]}}'],
    ['{"a":"\\"managedFields\\":[1]"}', '{"a":"\\"managedFields\\":[1]"}'],
    ['{"a":[1]}', '{"a":[1]}'],
  ])('loses the entries, and nothing else: %s', (text, expected) => {
    expect(textWithoutManagedFields(Buffer.from(text))).toBe(expected);
  });

  it.each(['', '{', '"managedFields":[', '{"managedFields":["\\', '{"managedFields":[[]'])(
    'is left as it is when it ends early: %s',
    (text) => {
      expect(textWithoutManagedFields(Buffer.from(text))).toBe(text);
    },
  );
});
