import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { Edit, Operation } from '../../src/core/outcome.ts';
import { editDocument } from '../../src/yaml-edit/edit-document.ts';
import { applySplices } from '../../src/yaml-edit/lines.ts';
import { parse } from '../../src/yaml-edit/parse.ts';
import { oddStrings } from './documents.ts';

const add = (path: string, value: Json): Operation => ({ op: 'add', path, value });
const lines = (...text: string[]) => text.join('\n');

function edit(text: string, ...edits: Edit[]): string {
  const edited = editDocument(text, edits);
  if (!edited) throw new Error('not edited');
  return [...edited.warnings.map((warning) => `! ${warning}\n`), applySplices(text, edited.splices)].join('');
}

describe('an edit in block style', () => {
  it.each([
    [
      'after the last item and its comments',
      'a:\n- x # x\n  # of x\n# of b\nb: 1\n',
      add('/a/-', 'w'),
      'a:\n- x # x\n  # of x\n- w\n# of b\nb: 1\n',
    ],
    [
      'before the first item and its comments',
      'a:\n  # of x\n  - x\n',
      add('/a/0', 'w'),
      'a:\n  - w\n  # of x\n  - x\n',
    ],
    ['between two items', 'a:\n  - x\n  # of z\n  - z\n', add('/a/1', 'w'), 'a:\n  - x\n  - w\n  # of z\n  - z\n'],
    [
      'in a list with another alignment',
      'a:\n-   x: 1\n',
      add('/a/-', { w: 1, z: 2 }),
      'a:\n-   x: 1\n-   w: 1\n    z: 2\n',
    ],
    ['in a list of lists', 'a:\n- - x\n', add('/a/0/0', 'w'), 'a:\n- - w\n  - x\n'],
    ['without a last line break', 'a:\n  - x', add('/a/-', 'w'), 'a:\n  - x\n  - w'],
    ['without a last line break, of several lines', 'a: b', add('/k', 'x\nw\n'), 'a: b\nk: |\n  x\n  w\n'],
    ['before a document end', 'a:\n  b: 1\n...\n', add('/a/c', 2), 'a:\n  b: 1\n  c: 2\n...\n'],
    ['behind kept line breaks', 'a:\n  b: |+\n    x\n\nc: 1\n', add('/a/d', 2), 'a:\n  b: |+\n    x\n\n  d: 2\nc: 1\n'],
    [
      'with carriage returns',
      'a:\r\n  b: 1\r\nc: 2\r\n',
      add('/a/d', 'x\nw\n'),
      'a:\r\n  b: 1\r\n  d: |\r\n    x\r\n    w\r\nc: 2\r\n',
    ],
    ['behind an explicit key', '? a\n: b: 1\n', add('/a/c', 2), '? a\n: b: 1\n  c: 2\n'],
  ])('%s', (_, before, change, after) => {
    expect(edit(before, change)).toBe(after);
  });
});

describe('an edit of something empty', () => {
  const value = { x: 'w' };
  it.each([
    ['nothing', 'a: # c\n# d\nb: 1\n', 'a: # c\n  x: w\n# d\nb: 1\n'],
    ['nothing but a comment of its own', 'a:\n  # x: z\nb: 1\n', 'a:\n  # x: z\n  x: w\nb: 1\n'],
    ['null', 'a: null # c\n', 'a: # null # c\n  x: w\n'],
    ['null below its key', 'a:\n    null\nb: 1\n', 'a:\n    # null\n  x: w\nb: 1\n'],
    ['~', 'a: ~', 'a: # ~\n  x: w'],
    ['comments in braces', 'a: { # c\n  # d\n} # e\n', 'a: { # c\n  # d\n  x: w\n} # e\n'],
    ['comments before the value', 'a: # c\n  # d\n  {} # e\n', 'a: # c\n  # d\n  # e\n  x: w\n'],
    ['{}', 'a: {}\nb: []\n', 'a:\n  x: w\nb: []\n'],
    ['an empty map with an anchor', 'a: &a {}\nb: 1\n', 'a:\n  x: w\nb: 1\n'],
  ])('%s', (_, before, after) => {
    expect(edit(before, add('/a', value))).toBe(after);
  });

  it('is filled key by key', () => {
    expect(edit('a: {}\n', add('/a/x', 1), add('/a/w', { z: [] }), add('/a/w/z/-', 2))).toBe(
      'a:\n  x: 1\n  w:\n    z:\n    - 2\n',
    );
  });
});

describe('an edit in flow style', () => {
  it.each([
    ['on one line', 'a: {b: [x], c: 1} # c\n', add('/a/b/-', 'w, z'), 'a: {b: [x, "w, z"], c: 1} # c\n'],
    ['with a last comma', 'a: [ x, ]\n', add('/a/-', 'w'), 'a: [ x, w, ]\n'],
    [
      'on many lines',
      'a: [\n  x, # x\n  w # w\n]\n',
      add('/a/-', { z: 1 }),
      'a: [\n  x, # x\n  w, # w\n  {\n    "z": 1\n  }\n]\n',
    ],
    ['before an item', 'a: [x]\n', add('/a/0', 'w'), 'a: [w, x]\n'],
    [
      'in a list with mere comments',
      'a: {b: [ # c\n  ], c: # d\n  []}\n',
      add('/a/b', [1]),
      'a: {b: [ # c\n  1\n  ], c: # d\n  []}\n',
    ],
    ['behind a comment', 'a: {b: # c\n  null}\n', add('/a/b', [1]), 'a: {b: # c\n  [1]}\n'],
    ['in an empty list', 'a: {b: []}\n', add('/a/b/-', { c: 1 }), 'a: {b: [{c: 1}]}\n'],
    ['in JSON', '{"a": {"b": 1}}', add('/a/c', [true]), '{"a": {"b": 1, "c": [true]}}'],
    ['in packed JSON', '{"a":{"b":1}}', add('/a/c', { d: 'x' }), '{"a":{"b":1,"c":{"d":"x"}}}'],
    ['in JSON with tabs', '{\n\t"a": []\n}\n', add('/a', ['x']), '{\n\t"a": [\n\t\t"x"\n\t]\n}\n'],
  ])('%s', (_, before, change, after) => {
    expect(edit(before, change)).toBe(after);
  });
});

describe('what leaves a collection in flow style', () => {
  it.each([
    ['with a hash in its text', 'a: {b: 1, c: "x # y"} # c\n', 'a: {b: 1} # c\n'],
    [
      'with a comment behind the item before',
      'a: {\n  b: 1, # b\n  # of c\n  c: 2\n}\n',
      'a: {\n  b: 1 # b\n  # of c\n}\n',
    ],
    ['before a last comma', 'a: {\n  b: 1, # b\n  c: 2,\n}\n', 'a: {\n  b: 1, # b\n}\n'],
    ['with a comment behind it', 'a: {\n  c: 2, # c\n  # of b\n  b: 1\n}\n', 'a: {\n  # c\n  # of b\n  b: 1\n}\n'],
  ])('leaves every comment: %s', (_, before, after) => {
    expect(edit(before, { op: 'remove', path: '/a/c' })).toBe(after);
  });

  it.each([
    ['', 'a: {b: 1, c: 2}\n', 'a: {b: 1, d: 3}\n'],
    [', with comments', 'a: {\n  b: 1, # b\n  c: 2 # c\n}\n', 'a: {\n  b: 1, # b # c\n  d: 3\n}\n'],
    [', before a last comma', 'a: {\n  b: 1, # b\n  c: 2,\n}\n', 'a: {\n  b: 1, # b\n  d: 3,\n}\n'],
  ])('makes room for what comes%s', (_, before, after) => {
    expect(edit(before, { op: 'remove', path: '/a/c' }, add('/a/d', 3))).toBe(after);
  });
});

describe('what is shared', () => {
  it('is copied before it changes, and the warning names the anchor', () => {
    const before = 'a: &m\n  - x # x\nb: *m # b\n';
    expect(edit(before, add('/a/-', 'w'))).toBe(
      lines(
        '! The edited value has the anchor &m, so its aliases were replaced by copies.',
        'a: &m',
        '  - x # x',
        '  - w',
        'b: # b',
        '  - x',
        '',
      ),
    );
    expect(edit(before, add('/b/-', 'w'))).toBe('a: &m\n  - x # x\nb: # b\n  - x\n  - w\n');
  });

  it('through a merge key gets a key of its own', () => {
    expect(edit('a: &a {l: [x]}\nb:\n  <<: *a\n  c: 1\n', add('/b/l/-', 'w'))).toBe(
      'a: &a {l: [x]}\nb:\n  <<: *a\n  c: 1\n  l:\n  - x\n  - w\n',
    );
  });
});

describe('a value that is replaced', () => {
  it.each([
    ['a scalar', 'a: "x" # c\nb: 1\n', 'w', 'a: w # c\nb: 1\n'],
    ['a block scalar', 'a: |- # c\n  x\n  w\nb: 1\n', 'w', 'a: w\nb: 1\n'],
    ['a collection', 'a:\n  x: 1\n  w: 2\nb: 1\n', 'z', 'a: z\nb: 1\n'],
    ['by a block scalar', 'a: x\nb: 1\n', 'x\nw\n', 'a: |\n  x\n  w\nb: 1\n'],
  ])('%s', (_, before, value, after) => {
    expect(edit(before, { op: 'replace', path: '/a', value })).toBe(after);
  });
});

describe('a value that becomes empty', () => {
  it.each([
    ['nothing was there', 'a: # c\n  # d\n  - x\nb: 1\n', null, 'a: # c\n  # d\nb: 1\n'],
    ['null was there', 'a: # null # c\n  # d\n  - x\n', null, 'a: null # c\n  # d\n'],
    ['a comment speaks of null', 'a: # null or a list\n  - x\n', null, 'a: # null or a list\n'],
    ['an empty list was there', 'a:  # c\n  # d\n- x\n# e\n', [], 'a: []  # c\n  # d\n# e\n'],
    ['the last line has a comment', 'a:\n  - x # c\nb: 1\n', [], 'a: []\n  # c\nb: 1\n'],
    ['brackets hold comments', 'a: [ # c\n  {b: 1},\n  2, # d\n]\n', [], 'a: [ # c # d\n]\n'],
    ['no line break is at the end', 'a:\n  - x', [], 'a: []'],
  ] as const)('keeps every comment: %s', (_, before, value, after) => {
    expect(edit(before, { op: 'replace', path: '/a', value })).toBe(after);
  });
});

describe('strings', () => {
  it.each([
    ['nginx:1.27', 'nginx:1.27'],
    ['--root=/git', '--root=/git'],
    ['10m', '10m'],
    ['32Mi', '32Mi'],
    ['$(POD_IP)', '$(POD_IP)'],
    ['true', '"true"'],
    ['off', '"off"'],
    ['y', '"y"'],
    ['010', '"010"'],
    ['1e3', '"1e3"'],
    ['12:30:45', '"12:30:45"'],
    ['', '""'],
    ['a: b', '"a: b"'],
    ['{"a":1}', `'{"a":1}'`],
    ['"it' + '\'s"', `'"it''s"'`],
    ['a\tb', '"a\\tb"'],
    ['\u2028', '"\\u2028"'],
    ['ü', '"ü"'],
  ])('%j is written as %s', (value, text) => {
    expect(edit('a: b\n', add('/k', value))).toBe(`a: b\nk: ${text}\n`);
  });

  it('that are keys never begin a document', () => {
    expect(edit('a: b\n', add('/--- x', 1), add('/... x', 2))).toBe('a: b\n"--- x": 1\n"... x": 2\n');
  });

  it('are blocks unless they end with an empty line', () => {
    expect(edit('a: b\n', add('/k', 'x\nw\n'))).toBe('a: b\nk: |\n  x\n  w\n');
    expect(edit('a: b\n', add('/k', 'x\nw\n\n'))).toBe('a: b\nk: "x\\nw\\n\\n"\n');
    expect(edit('a: b\n', add('/k\nx', 1))).toBe('a: b\n"k\\nx": 1\n');
  });

  it.each(oddStrings)('%j is the same string afterwards, as value and as key, in block and in flow style', (value) => {
    for (const [before, path] of [
      ['a: b\n', ''],
      ['a: {b: c}\n', '/a'],
    ] as const) {
      const parsed = parse(edit(before, add(`${path}/new`, { k: value, [value]: [value] })));
      expect(JSON.stringify(parsed)).toContain(JSON.stringify({ k: value, [value]: [value] }));
    }
  });
});

describe('edits that do not fit', () => {
  it('are refused', () => {
    expect(editDocument('a: 1\n', [add('/b/c/d', 1)])).toBeUndefined();
    expect(editDocument('a: [\n', [add('/b', 1)])).toBeUndefined();
  });
});
