import { describe, expect, it } from 'vitest';
import { parse } from '../../src/yaml-edit/parse.ts';
import { splitDocuments } from '../../src/yaml-edit/split-documents.ts';
import { fc } from '../fast-check.ts';

const read = (text: string) => {
  const parsed = parse(text);
  return 'value' in parsed ? parsed.value : parsed.problem;
};

describe('plain scalars', () => {
  // What sigs.k8s.io/yaml, the reader of kubectl, makes of them.
  it.each([
    ['y', true],
    ['Yes', true],
    ['on', true],
    ['N', false],
    ['off', false],
    ['TRUE', true],
    ['tRue', 'tRue'],
    ['~', null],
    ['Null', null],
    ['', null],
    ['nULL', 'nULL'],
    ['010', 8],
    ['0o10', 8],
    ['0o', '0o'],
    ['08', 8],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['-_1', -1],
    ['+7', 7],
    ['1e3', 1000],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['1.', 1],
    ['1e', '1e'],
    ['7e711', '7e711'],
    ['0b', '0b'],
    ['_1', '_1'],
    ['12:30:45', '12:30:45'],
    ['2001-12-14', '2001-12-14'],
    ['0x', '0x'],
    ['1.2.3', '1.2.3'],
    ['=', '='],
  ])('%j is %j', (text, value) => {
    expect(read(`a: ${text}\n`)).toEqual({ a: value });
    expect(read(`a: '${text}'\nb: !!str ${text === '' ? "''" : text}\n`)).toEqual({ a: text, b: text });
  });

  it('and keys become strings, merge keys merge, and __proto__ is a key', () => {
    expect(read('8080: a\non: b\n')).toEqual({ 8080: 'a', true: 'b' });
    expect(read('a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\n')).toEqual({ a: { x: 1, z: 2 }, b: { x: 1, z: 3 } });
    expect(Object.keys(read('__proto__: {a: b}\n') as object)).toEqual(['__proto__']);
  });
});

describe('documents of a file', () => {
  it.each([
    ['a: 1\n', ['a: 1\n']],
    ['# c\n---\na: 1\n---\nb: 1', ['# c\n---\na: 1\n', '---\nb: 1']],
    ['---\n---\na: 1\n', ['---\n', '---\na: 1\n']],
    ['a: 1\n...\n# c\n%YAML 1.1\n---\nb: 1\n', ['a: 1\n...\n', '# c\n%YAML 1.1\n---\nb: 1\n']],
    ['a: |\n  ---\n  x\n--- # next\nb: 1\n', ['a: |\n  ---\n  x\n', '--- # next\nb: 1\n']],
    ['---a: 1\n--- |\n x\n', ['---a: 1\n', '--- |\n x\n']],
    ['a: 1\r\n---\r\nb: 1', ['a: 1\r\n', '---\r\nb: 1']],
    ['{"a": "}"}\n\n{"b": [{}]} {"c": 1}\n', ['{"a": "}"}\n', '\n{"b": [{}]} ', '{"c": 1}\n']],
    ['{a: "x\\"} {"}\n', ['{a: "x\\"} {"}\n']],
    ["{a: '} {'}\n", ["{a: '} {'}\n"]],
  ])('%j', (text, parts) => {
    expect(splitDocuments(text).map((chunk) => chunk.text)).toEqual(parts);
  });

  it('joined are the file, and know their lines', () => {
    const line = fc.constantFrom(
      '---',
      '--- x',
      '...',
      'a: 1',
      '# c',
      '',
      '%YAML 1.1',
      '  ---',
      '-----',
      '{"a": 1}',
      '{"a": {}} {}',
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, lineBreak) => {
        const text = lines.join(lineBreak);
        const chunks = splitDocuments(text);
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        let before = '';
        for (const chunk of chunks) {
          expect(chunk.line).toBe(before.split('\n').length);
          before += chunk.text;
        }
      }),
    );
  });
});
