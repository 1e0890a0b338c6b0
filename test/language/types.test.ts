// The edges of each parameter type: the last value that it accepts, and the first that it refuses.
import { describe, expect, it } from 'vitest';
import { compileParameter } from '../../src/language/parameter.ts';
import { type ParameterDeclaration, parameterSchema } from '../../src/language/parameter-declaration.ts';
import { vocabularyOf } from '../../src/language/scope.ts';
import type { ParameterType } from '../../src/language/types/parameter-type.ts';
import { parameterTypes } from '../../src/language/types/registry.ts';

function compiled(fields: object) {
  const declaration = parameterSchema.parse({ name: 'x', description: 'x', ...fields });
  return compileParameter(declaration, vocabularyOf([]), []);
}

/** The value of a text, or message and fix. */
function read(fields: object, text: string): unknown {
  const parameter = compiled(fields);
  if ('problems' in parameter) throw new Error(JSON.stringify(parameter.problems));
  const result = parameter.read(text);
  return 'problem' in result ? `${result.problem.message} ${result.problem.fix}` : result.value;
}

const letters = (length: number) => 'a'.repeat(length);
const items = (count: number) => Array.from({ length: count }, (_, i) => `i${i}`).join(',');

describe('a value that is accepted', () => {
  it.each<[object, string, unknown]>([
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'integer' }, '0', 0n],
    [{ type: 'integer' }, '-5', -5n],
    [{ type: 'integer' }, '999999999999999999', 999999999999999999n],
    [{ type: 'integer', min: 5, max: 7 }, '5', 5n],
    [{ type: 'integer', min: 5, max: 7 }, '7', 7n],
    [{ type: 'integer', min: 5, max: 5 }, '5', 5n],
    [{ type: 'integer', max: '9007199254740993' }, '9007199254740993', 9007199254740993n],
    [{ type: 'port' }, '1024', 1024n],
    [{ type: 'port' }, '65535', 65535n],
    [{ type: 'duration' }, '0', '0'],
    [{ type: 'duration', min: '1s', max: '1m' }, '1000ms', '1000ms'],
    [{ type: 'duration', min: '1s', max: '1m' }, '60s', '60s'],
    [{ type: 'quantity', min: '1Mi', max: '1Gi' }, '1024Ki', '1024Ki'],
    [{ type: 'quantity', min: '1Mi', max: '1Gi' }, '1024Mi', '1024Mi'],
    [{ type: 'string' }, letters(4096), letters(4096)],
    [{ type: 'string', maxLength: 3 }, 'abc', 'abc'],
    [{ type: 'string', pattern: 'a|ab' }, 'ab', 'ab'],
    [{ type: 'enum', values: ['a', 'b'] }, 'b', 'b'],
    [
      { type: 'path' },
      `/${`${letters(254)}/`.repeat(4)}`.slice(0, 1024),
      `/${`${letters(254)}/`.repeat(4)}`.slice(0, 1020),
    ],
    [{ type: 'path' }, `/${letters(255)}`, `/${letters(255)}`],
    [{ type: 'path' }, '/a/b//', '/a/b'],
    [{ type: 'path' }, '/procs/a..b', '/procs/a..b'],
    [{ type: 'path', relative: true }, 'proc/a/', 'proc/a'],
    [{ type: 'url' }, `https://a/${letters(2038)}`, `https://a/${letters(2038)}`],
    [{ type: 'url' }, 'http://a:1', 'http://a:1'],
    [{ type: 'url', schemes: ['ssh'] }, 'ssh://git@a/b', 'ssh://git@a/b'],
    [{ type: 'url', schemes: ['scp'] }, 'git@a.b:c/d', 'git@a.b:c/d'],
    [{ type: 'list' }, items(200), items(200).split(',')],
    [{ type: 'list' }, ' a , b ', ['a', 'b']],
    [{ type: 'list' }, letters(253), [letters(253)]],
    [{ type: 'list' }, list16384(), list16384().split(',')],
  ])('%j: %s', (fields, text, value) => expect(read(fields, text)).toEqual(value));
});

/** A list of 16384 characters. */
function list16384(): string {
  const long = Array.from({ length: 64 }, (_, i) => `${String(i).padStart(3, '0')}${letters(250)}`).join(',');
  return `${long},${letters(16_384 - long.length - 1)}`;
}

describe('a value that is refused', () => {
  it.each<[object, string, string]>([
    [{ type: 'boolean' }, 'True', '"True" is neither true nor false. Write "true" or "false".'],
    [{ type: 'integer' }, '1000000000000000000', ' has more than 18 digits. Write a whole number, such as "1".'],
    [{ type: 'integer' }, '1000000000000000000x', ' is not a whole number. Write a whole number, such as "1".'],
    [{ type: 'integer' }, '-0', 'is not a whole number'],
    [{ type: 'integer' }, '01', 'is not a whole number'],
    [{ type: 'integer' }, '+1', 'is not a whole number'],
    [{ type: 'integer', min: 5 }, '4', '"4" is too small. Write a whole number of at least 5.'],
    [{ type: 'integer', max: 7 }, '8', '"8" is too large. Write a whole number of at most 7.'],
    [{ type: 'integer', min: 5, max: 7 }, 'x', 'Write a whole number from 5 to 7, such as "5".'],
    [{ type: 'integer', min: 5, example: 6 }, 'x', 'Write a whole number of at least 5, such as "6".'],
    [{ type: 'integer', max: '9007199254740992' }, '9007199254740993', 'is too large'],
    [{ type: 'string', pattern: 'a', hint: 'a word, such as "a"', example: 'a' }, 'b', '. Write a word, such as "a".'],
    [{ type: 'string', pattern: 'a', hint: 'a word', example: 'a' }, 'b', '. Write a word, such as "a".'],
    [
      { type: 'port' },
      '1023',
      'Port 1023 is privileged, and the sidecar runs without privileges. Write a number from 1024',
    ],
    [{ type: 'port' }, '1', 'is privileged'],
    [{ type: 'port' }, '0', '"0" is not a port number'],
    [{ type: 'port' }, '65536', 'is not a port number'],
    [{ type: 'port' }, '08080', 'is not a port number'],
    [{ type: 'duration', min: '1s', max: '1m' }, '999ms', '"999ms" is too small. Write a duration from 1s to 1m.'],
    [{ type: 'duration', min: '1s', max: '1m' }, '1m1ns', 'is too large'],
    [{ type: 'duration' }, '5', 'Add a unit: "5s" for seconds, "5m" for minutes.'],
    [{ type: 'duration' }, 'soon', '"soon" is not a duration. Write "30s", "5m" or "1h30m".'],
    [{ type: 'quantity', min: '1Mi' }, '1023Ki', 'is too small. Write a Kubernetes quantity of at least 1Mi.'],
    [{ type: 'quantity', max: '1Gi' }, '1025Mi', 'is too large. Write a Kubernetes quantity of at most 1Gi.'],
    [{ type: 'quantity' }, '64MB', '"64MB" is not a Kubernetes quantity. Write a number with a unit'],
    [{ type: 'string' }, '', 'The value is empty. Write a value, or remove the annotation.'],
    [
      { type: 'string' },
      letters(4097),
      `The value is 4097 characters long (it begins with "${letters(20)}"). Write at most`,
    ],
    [{ type: 'string', maxLength: 3 }, 'abcd', 'Write at most 3 characters.'],
    [{ type: 'string' }, 'ab\u200b', 'Character 3 of the value is invisible (U+200B). Remove the character.'],
    [{ type: 'string' }, 'a\nb', 'Character 2 of the value is invisible (U+000A)'],
    [{ type: 'string' }, '\u2028', 'Character 1 of the value is invisible (U+2028)'],
    [{ type: 'string', pattern: '[a-z]' }, 'ab', '"ab" is not in the expected format. Write what [a-z] matches.'],
    [{ type: 'string', pattern: '[a-z]', hint: 'a letter', example: 'b' }, '1', 'Write a letter, such as "b".'],
    [{ type: 'enum', values: ['a', 'b'] }, 'c', '"c" is not one of the choices. Write one of "a" or "b".'],
    [{ type: 'enum', values: ['a', 'b', 'd'] }, 'c', 'Write one of "a", "b", "d".'],
    [{ type: 'path' }, `/${letters(200)}`.repeat(6), 'Write at most 1024 characters.'],
    [{ type: 'path' }, `/${letters(256)}`, 'A part of the path is longer than 255 bytes'],
    [{ type: 'path' }, `/${'é'.repeat(128)}`, 'A part of the path is longer than 255 bytes'],
    [{ type: 'path' }, 'a', '"a" is not an absolute path. Write an absolute path such as "/var/www/html".'],
    [{ type: 'path' }, '~/a', 'is not an absolute path'],
    [{ type: 'path', relative: true }, '/a', '"/a" is not a relative path. Write a relative path such as "docs/site".'],
    [{ type: 'path', relative: true }, '~', 'is not a relative path'],
    [{ type: 'path' }, '/a//b', 'has an empty part, "." or ".."'],
    [{ type: 'path' }, '/a/../b', 'has an empty part, "." or ".."'],
    [{ type: 'path', relative: true }, './a', 'has an empty part, "." or ".."'],
    [{ type: 'path', relative: true }, 'a//b', 'has an empty part, "." or ".."'],
    [{ type: 'path' }, '/a:b', 'which a mount path cannot have'],
    [{ type: 'path' }, '/a\\b', 'which a mount path cannot have'],
    [{ type: 'path' }, '/', '"/" belongs to the system. Choose a folder that belongs to the app.'],
    [{ type: 'path' }, '/proc', 'belongs to the system'],
    [{ type: 'path' }, '/sys/a', 'belongs to the system'],
    [{ type: 'path' }, '/dev/', 'belongs to the system'],
    [{ type: 'url' }, `https://a/${letters(2039)}`, 'Write at most 2048 characters.'],
    [{ type: 'url' }, 'https://a b', 'contains a space or a backslash. Write https://host/path, http://host/path.'],
    [{ type: 'url' }, 'https:\\\\a', 'contains a space or a backslash'],
    [{ type: 'url' }, 'a.b', '"a.b" is not a URL'],
    [{ type: 'url' }, 'https://', 'is not a URL'],
    [{ type: 'url', schemes: ['file'] }, 'file:///a', 'has no host'],
    [{ type: 'url' }, 'ftp://a', 'The sidecar cannot use ftp:// addresses.'],
    [{ type: 'url' }, 'HTTPS://a', 'The scheme of "HTTPS://a" is not in lower case.'],
    [{ type: 'url' }, 'https://a:0', 'Nothing listens on port 0'],
    [{ type: 'url' }, 'https://me@a', 'carries a user name or a password'],
    [{ type: 'url', schemes: ['ssh'] }, 'ssh://a:b@c', 'carries a user name or a password'],
    [{ type: 'url' }, 'git@a.b:c/d', 'is not a URL'],
    [{ type: 'url', schemes: ['scp'] }, 'git@a.b', 'is not a URL. Write user@host:path.'],
    [{ type: 'list' }, items(201), 'The list has 201 items. Write at most 200.'],
    [{ type: 'list' }, `${list16384()}a`, 'The list is 16385 characters long. Write at most 16384.'],
    [{ type: 'list' }, letters(254), 'In the list: The value is 254 characters long'],
    [
      { type: 'list' },
      'a,,b',
      'In the list: The value is empty. Write a value, or remove the annotation. Separate items with',
    ],
    [{ type: 'list' }, 'a, a', '"a" is in the list twice. Write each item once.'],
    [{ type: 'list', pattern: '[a-z]', example: 'b' }, '1', 'matches, such as "b". Separate items with commas.'],
    [{ type: 'list', pattern: '[a-z]', example: 'b,c' }, '1', 'matches. Separate items with commas, such as "b,c".'],
    [
      { type: 'list', pattern: 'b', hint: 'b such as b', example: 'b' },
      '1',
      'Write b such as b. Separate items with commas.',
    ],
  ])('%j: %s', (fields, text, expected) => expect(read(fields, text)).toContain(expected));
});

describe('every type', () => {
  const declared: Partial<Record<keyof typeof parameterTypes, object>> = { enum: { values: ['a', 'bcd'] } };
  const types = Object.entries<ParameterType>(parameterTypes).map(([name, type]) => {
    const declaration = { name: 'x', description: 'x', type: name, ...declared[name as keyof typeof parameterTypes] };
    return { name, type, declaration: declaration as ParameterDeclaration };
  });

  it.each(types)('has a sample that it accepts: $name', ({ type, declaration }) => {
    const sample = type.sample(declaration);
    expect(type.reader(declaration)(sample)).toHaveProperty('value');
    expect(sample.length).toBeLessThanOrEqual(type.longest(declaration).size);
  });

  it.each(types)('refuses what is longer than its longest value: $name', ({ type, declaration }) => {
    const { size } = type.longest(declaration);
    const texts = [letters(size + 1), '1'.repeat(size + 1), `/${'a/'.repeat(size)}`, `https://${letters(size)}`];
    for (const text of texts) expect(type.reader(declaration)(text)).toHaveProperty('problem');
  });

  it.each<[object, number]>([
    [{ type: 'boolean' }, 5],
    [{ type: 'port' }, 5],
    [{ type: 'integer' }, '-999999999999999999'.length],
    [{ type: 'duration' }, '123456789.123456789ms'.length * 6],
    [{ type: 'quantity' }, '123456789012345.123456789e+12'.length],
    [{ type: 'string', maxLength: 7 }, 7],
    [{ type: 'enum', values: ['a', 'bcd'] }, 3],
  ])('knows its longest value: %j', (fields, size) => {
    const declaration = fields as ParameterDeclaration;
    expect(parameterTypes[declaration.type].longest(declaration)).toEqual({ size, items: 0 });
  });

  it.each<[object, string]>([
    [{ type: 'path' }, '/sample'],
    [{ type: 'path', relative: true }, 'sample'],
    [{ type: 'url', schemes: ['postgres'] }, 'postgres://example.com/sample'],
    [{ type: 'url', schemes: ['scp'] }, 'sample@example.com:sample'],
    [{ type: 'integer', min: '7' }, '7'],
    [{ type: 'enum', values: ['a', 'b'] }, 'a'],
  ])('has a sample that its declaration allows: %j', (fields, sample) => {
    const declaration = fields as ParameterDeclaration;
    expect(parameterTypes[declaration.type].sample(declaration)).toBe(sample);
    expect(read(fields, sample)).toBeDefined();
  });

  it.each<[object, string | undefined]>([
    [{ type: 'integer', min: 1, max: 2 }, 'integer (1 to 2)'],
    [{ type: 'duration', min: '1s' }, 'duration (at least 1s)'],
    [{ type: 'quantity', max: '1Gi' }, 'quantity (at most 1Gi)'],
    [{ type: 'integer' }, 'integer'],
    [{ type: 'enum', values: ['a', 'b'] }, '`a`, `b`'],
    [{ type: 'string' }, undefined],
  ])('is shown in the docs: %j', (fields, shown) => {
    const declaration = fields as ParameterDeclaration;
    const type: ParameterType = parameterTypes[declaration.type];
    expect(type.shown?.(declaration)).toBe(shown);
  });
});

describe('a declaration', () => {
  it.each<[object, string, string]>([
    [{ type: 'integer', min: 6, max: 5 }, 'min', '6 is more than max, which is 5'],
    [{ type: 'integer', min: 'a' }, 'min', '"a" is not a valid integer'],
    [{ type: 'quantity', max: '5XB' }, 'max', '"5XB" is not a valid quantity'],
    [{ type: 'string', pattern: '(' }, 'pattern', 'error parsing regexp'],
    [{ type: 'list', pattern: '(?=a)' }, 'pattern', 'error parsing regexp'],
    [{ type: 'enum' }, 'values', 'an enum needs values'],
    [{ type: 'enum', values: ['a', 'b', 'a'] }, 'values', '"a" is listed twice'],
    [{ type: 'boolean', relative: false }, 'relative', 'has no effect on the type boolean (only on path): remove it'],
    [{ type: 'string', values: ['a'] }, 'values', 'has no effect on the type string (only on enum): remove it'],
    [{ type: 'port', example: '80' }, 'example', 'Port 80 is privileged'],
    [
      { type: 'port', default: '80' },
      'default',
      'Port 80 is privileged, and the sidecar runs without privileges. Write a',
    ],
  ])('%j is refused at %s', (fields, key, message) => {
    expect(compiled(fields)).toEqual({ problems: [{ key, message: expect.stringContaining(message) }] });
  });

  it('is refused with every field that has no effect', () => {
    const problems = compiled({ type: 'port', min: 1, max: 2, hint: 'x' });
    expect(problems).toMatchObject({ problems: [{ key: 'hint' }, { key: 'min' }, { key: 'max' }] });
  });

  it.each([
    { name: letters(41) },
    { name: 'A' },
    { name: '1a' },
    { name: 'a--b' },
    { name: 'a-' },
    { maxLength: 65_537 },
  ])('is refused with %j', (fields) =>
    expect(parameterSchema.safeParse({ name: 'x', type: 'string', description: 'x', ...fields }).success).toBe(false),
  );

  it.each([{ name: letters(40) }, { name: 'a1-b' }, { maxLength: 65_536 }])('is allowed with %j', (fields) =>
    expect(parameterSchema.safeParse({ name: 'x', type: 'string', description: 'x', ...fields }).success).toBe(true),
  );
});
