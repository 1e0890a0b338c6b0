import { describe, expect, it } from 'vitest';
import { parse } from '../../src/yaml-edit/parse.ts';
import { readCommon, readValue } from '../../src/yaml-edit/read-value.ts';
import { splitDocuments } from '../../src/yaml-edit/split-documents.ts';
import { fc } from '../fast-check.ts';
import { Dice } from './dice.ts';
import { root, writing, written } from './documents.ts';

/** Texts with a meaning of their own in YAML, or that readers disagree about. */
const marks = [
  ...['\n', ' ', '  ', '\t', '- ', ': ', ':', '#', ' #', '"', "'", '{', '}', '[', ']', ',', '|', '>', '|-\n', '>+\n'],
  ...['&a ', '*a', '!x ', '!!str ', '? ', '---\n', '  ---\n', '...\n', '%YAML 1.2\n', '\r\n', '\r', '\u0085', '\u2028'],
  ...[
    '\ufeff',
    '\u0000',
    '@',
    '`',
    '<<: ',
    '~',
    '0x1f',
    '\\',
    '\n  ',
    '\n\t',
    'on',
    '\u00a0',
    '-0',
    '1e5',
    '|2\n',
    '0: ',
  ],
];

/** The text with a few of the marks in it, and a few characters less. */
function changed(text: string, seed: number): string {
  const dice = new Dice(seed);
  let now = text;
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const at = dice.below(now.length + 1);
    now = now.slice(0, at) + (marks[dice.below(marks.length)] ?? '') + now.slice(at + dice.below(3));
  }
  return now;
}

const valueIn = (read: ReturnType<typeof readValue>) => ('value' in read ? { value: read.value } : 'not valid');

describe('the fast reader', () => {
  it('reads what it reads as the parser with positions does', () => {
    let read = 0;
    const ways = fc.record({ seed: fc.nat(), changes: fc.boolean() });
    fc.assert(
      fc.property(root, writing, ways, (value, way, { seed, changes }) => {
        const whole = written(value, way, true);
        for (const { text } of splitDocuments(changes ? changed(whole, seed) : whole)) {
          const common = readCommon(text);
          const parsed = parse(text);
          if (common === undefined || 'problem' in parsed) continue;
          expect(common, text).toEqual(parsed.value);
          read++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  it.each([
    ['an alias inside its anchor', 'a: &x {b: *x}\n'],
    ['a merge key', 'a:\n  <<: {b: 1}\n'],
    ['a tag of a number', 'a: !!int 1\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a number as a key', '1: a\n"1": b\n'],
    ['a key without a text', '{~: a}\n'],
    ['a carriage return', 'a: b\rc: d\n'],
    ['a next line', 'a: b\u0085\n'],
    ['a byte order mark inside', 'a: \ufeffb\n'],
    ['a tab as indentation', 'a:\n\tb: 1\n'],
    ['a marker that is indented', '  ---\n  a: b\n'],
    ['a scalar', '|2\n  a\n'],
    ['nothing', '# comment\n'],
    ['two documents', 'a: 1\n---\nb: 1\n'],
  ])('leaves %s to the other one', (_, text) => {
    expect(readCommon(text)).toBe(undefined);
    expect(JSON.stringify(valueIn(readValue(text)))).toBe(JSON.stringify(valueIn(parse(text))));
  });

  it.each([
    ['brackets', 'a:\n- {b: c}d: e\n'],
    ['quotes', "a:\n- - &x 'b''c' d: e\n"],
    ['a value with an anchor', 'a: &x b: c\n'],
    ['a value with a tag', 'a: !!str b: c\n'],
    ['a value with an anchor in a list', '- a: &x "b": c\n'],
  ])('leaves a key behind %s to the other one, which refuses it', (_, text) => {
    expect(readValue(text)).toEqual({ problem: expect.anything() });
  });

  it.each([
    ['on: off\n', { true: false }],
    ['a: [yes, n, ~, "no", Null, =]\n', { a: [true, false, null, 'no', null, '='] }],
    ['a: [010, 0x1F, 0b11, 0o17, 1_000, +7]\n', { a: [8, 31, 3, 15, 1000, 7] }],
    [
      'a: [1e3, .5, 1., -.5e1, .inf, 12:30:45, 2001-12-14]\n',
      { a: [1000, 0.5, 1, -5, '.inf', '12:30:45', '2001-12-14'] },
    ],
    ['a: &x [1]\nb: *x\nc: &x 2\nd: *x\n', { a: [1], b: [1], c: 2, d: 2 }],
    ['__proto__: {a: b}\n', JSON.parse('{"__proto__": {"a": "b"}}')],
  ])('%j is read as kubectl reads it', (text, value) => {
    expect(JSON.stringify(valueIn(readValue(text)))).toBe(JSON.stringify({ value }));
  });
});
