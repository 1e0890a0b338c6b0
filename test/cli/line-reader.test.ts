// The reader of common documents: what it reads is what both libraries read, value and positions.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCollection, isMap, isNode, isPair } from 'yaml';
import { nodesOf } from '../../src/yaml-edit/line-nodes.ts';
import { readLines } from '../../src/yaml-edit/line-reader.ts';
import { parse } from '../../src/yaml-edit/parse.ts';
import { readCommon } from '../../src/yaml-edit/read-value.ts';
import { splitDocuments } from '../../src/yaml-edit/split-documents.ts';
import { endOf, endOfItem, endOfMark, type Item, startOfItem } from '../../src/yaml-edit/tokens.ts';
import { seed } from '../seed.ts';
import { Dice } from './dice.ts';

const root = join(import.meta.dirname, '../..');

/** What lines begin with, and what follows: parts that mean something to a reader of YAML. */
const begins = [
  '',
  '',
  '',
  '  ',
  '  ',
  '    ',
  ' ',
  '      ',
  '- ',
  '- ',
  '  - ',
  '- - ',
  '-   ',
  '# ',
  '---',
  '--- ',
  '...',
];
const keys = [
  'a: ',
  'b:',
  'c:  ',
  'a:',
  'web-1/x.y: ',
  '"k": ',
  "'l': ",
  '"k" : ',
  'on: ',
  '1: ',
  '? ',
  ': ',
  '<<: ',
  'a b: ',
  '',
];
const values = [
  ...[
    '1',
    'x',
    'x y',
    'nginx:1.27',
    'a:b',
    'x: y',
    'x:',
    'x #c',
    'x#c',
    '# c',
    '"s"',
    "'s''t'",
    '"a\\nb"',
    '"a" b',
    '"',
  ],
  ...[
    '|',
    '|-',
    '|+',
    '|2',
    '>',
    '| # c',
    '{}',
    '[]',
    '[a, "b", 1]',
    '{a: 1, "b": [c]}',
    '[a, ]',
    '[a',
    '{a}',
    '[{a: b}]',
  ],
  ...[
    '&x y',
    '*x',
    '!!str 1',
    '-',
    '- x',
    '-x',
    '--x=1',
    '~',
    'null',
    'true',
    'off',
    '010',
    '1e3',
    '-0',
    '.5',
    '1_0',
    '=',
    '<<',
  ],
  ...[
    '%x',
    '@x',
    '`x',
    ',x',
    ']x',
    '?x',
    ':x',
    '$(X)',
    '${x}',
    'x, y',
    'x]',
    'x\ty',
    'ü',
    '\u00a0',
    '😀',
    '\r',
    '',
    '  ',
    'x  ',
  ],
  ...[
    '[-c, --x=1, $(A)]',
    '{a: {b: c}}x',
    '[a] b',
    '{a: 1, a: 2}',
    '{1: 2}',
    "['a', b]#c",
    '[a]  # c',
    '[a:b]',
    '{a: "x y"}',
  ],
];

const tameValues = ['1', 'x y', 'nginx:1.27', '"s"', '{}', '[a, "b"]', '{a: 1, "b": [c]}', '~', '010', 'x#c # c', '-x'];

function pick(dice: Dice, list: readonly string[]): string {
  return list[dice.below(list.length)] ?? '';
}

/** A few lines of anything. */
function wild(dice: Dice): string {
  const line = () => pick(dice, begins) + pick(dice, keys) + pick(dice, values);
  return `${Array.from({ length: 1 + dice.below(6) }, line).join('\n')}${dice.once(20) ? '' : '\n'}`;
}

/** Lines that nearly fit together: each at a column that one before has, or below a line that opens something. */
function tame(dice: Dice): string {
  const columns = [0];
  const text: string[] = [];
  let opens = false;
  let count = 0;
  for (let left = 2 + dice.below(9); left > 0; left--) {
    const last = columns.at(-1) ?? 0;
    if (opens && !dice.once(4)) columns.push(last + 1 + dice.below(3));
    else if (dice.once(3)) columns.length = 1 + dice.below(columns.length);
    const dashes = dice.once(3) ? '- '.repeat(1 + dice.below(2)) : '';
    if (dashes !== '') columns.push((columns.at(-1) ?? 0) + dashes.length);
    const start = ' '.repeat((columns.at(-1) ?? 0) - dashes.length) + dashes;
    opens = dice.once(3);
    const value = opens
      ? pick(dice, ['', '|', '|-', ' # c'])
      : dice.once(12)
        ? pick(dice, values)
        : pick(dice, tameValues);
    const key = dashes !== '' && dice.once(3) ? '' : `${pick(dice, ['k', 'sidecar.io/x-', '"q', "'s"])}${count++}`;
    const quote = /^["']/.exec(key)?.[0] ?? '';
    text.push(`${start}${key === '' ? value : `${key}${quote}: ${value}`}`);
    if (dice.once(12)) text.push(pick(dice, ['', '# c', '    # c', '      x', '  ']));
  }
  return `${text.join('\n')}\n`;
}

/** Where each part of a document begins and ends, in the order of the text. */
function positions(node: unknown): unknown[] {
  if (!isNode(node) || !node.srcToken) return ['nothing'];
  const token = node.srcToken;
  if (!isCollection(node) || !('items' in token)) return [token.type, 'offset' in token && token.offset, endOf(token)];
  const items: readonly Item[] = token.items;
  const full = items.filter((item) => endOfItem(item) !== undefined);
  const own = full.map((item) => [startOfItem(item), endOfItem(item), ...marks(item)]);
  const inner = node.items.flatMap((item) =>
    isPair(item) ? [...positions(item.key), ...positions(item.value)] : positions(item),
  );
  const pairs = isMap(node) ? node.items.map(({ srcToken }) => srcToken && full.indexOf(srcToken)) : [];
  return [token.type, token.offset, endOf(token), own, pairs, inner];
}

function marks({ start, sep }: Item) {
  return [endOfMark(start, 'seq-item-ind'), endOfMark(sep, 'map-value-ind')];
}

const isSame = (text: string): boolean => {
  const read = readLines(text);
  if (!read) return false;
  const parsed = parse(text, true);
  if ('problem' in parsed) throw new Error(`${parsed.problem.message}\n${text}`);
  expect(read.value, text).toStrictEqual(parsed.value);
  expect(positions(nodesOf(read, text)), text).toEqual(positions(parsed.document.contents));
  const common = readCommon(text);
  if (common !== undefined) expect(common, text).toEqual(read.value);
  return true;
};

describe('a document that is read line by line', () => {
  it.each([
    ['anything', wild, 500],
    ['lines that nearly fit together', tame, 2000],
  ])('has the value and the positions that the libraries give: %s', (_, text, least) => {
    const dice = new Dice(seed);
    let read = 0;
    for (let i = 0; i < 20_000; i++) if (isSame(text(dice))) read++;
    expect(read).toBeGreaterThan(least);
  });

  it('is of the common kind: all but a few of the examples are', () => {
    const texts = globSync(join(root, 'examples/{,injected/}*.yaml')).flatMap((file) =>
      splitDocuments(readFileSync(file, 'utf8')).map(({ text }) => text),
    );
    const others = texts.filter((text) => readLines(text) === undefined);
    expect(texts.length).toBeGreaterThan(20);
    expect(others.length).toBeLessThan(texts.length / 10);
  });

  it.each([
    ['a folded block', 'a: >\n  b\n'],
    ['a block with an indentation of its own', 'a: |2\n   b\n'],
    ['a text on two lines', 'a: b\n  c\n'],
    ['a flow collection on two lines', 'a: [b,\n  c]\n'],
    ['an anchor', 'a: &b c\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a key that is a number', '1: a\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key twice in braces', '{a: 1, a: 2}\n'],
    ['a key that a prototype has', '__proto__: {a: b}\n'],
    ['a tab', 'a:\tb\n'],
    ['a carriage return', 'a: b\r\n'],
    ['a last line without a line break', 'a: b'],
    ['two documents', 'a: 1\n---\nb: 1\n'],
    ['maps that are nested too deeply', `${'- '.repeat(101)}a\n`],
    ['brackets that are nested too deeply', `a: ${'['.repeat(50)}${']'.repeat(50)}\n`],
  ])('leaves to the libraries: %s', (_, text) => expect(readLines(text)).toBe(undefined));

  it.each([
    ['plain', 'x'.repeat(30_000_000)],
    ['in double quotes', `"${'x'.repeat(30_000_000)}"`],
    ['in single quotes', `'${'x'.repeat(30_000_000)}'`],
  ])('leaves a scalar of 30 MB on one line to the libraries: %s', (_, scalar) => {
    expect(readLines(`a: ${scalar}\n`)).toBe(undefined);
  });
});
