// New values in YAML: every parser reads what was meant, also those that are stricter than the one that proves an edit.
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import type { Page } from '../../src/yaml-edit/page.ts';
import { blockLines, lineText } from '../../src/yaml-edit/write-value.ts';

const page: Page = { text: '', lineBreak: '\n', gap: ' ', step: '  ', listStep: 2, json: false };

it.each(['-.5', '+.5', '.5', '-_1', '+_1', '-_0x1', '0x1', '1e5', '1_000', '12:30', 'on', 'y', '=', '~', '-', 'a: b'])(
  '%s is in quotes, since it would be a number, a truth or something else without them',
  (text) => expect(lineText(text, page)).toBe(JSON.stringify(text)),
);

it.each(['-.a', 'web', '10m', '/srv/x?y', 'a#b'])('%s is a text as it is', (text) =>
  expect(blockLines({ a: text }, page)).toEqual([`a: ${text}`]),
);

it.each(['/srv/x?y', 'a,b', 'a]', 'a#b'])('%s is in quotes between brackets', (text) =>
  expect(lineText({ a: [text] }, page)).toBe(`{a: [${JSON.stringify(text)}]}`),
);

it('long texts are block scalars with their own indentation and line breaks, however many there are', () => {
  const script = (i: number) => `#!/bin/sh\n\n${`echo ${i} "a: b"  # c\n`.repeat(80)}`;
  for (const lineBreak of ['\n', '\r\n'] as const)
    for (const indent of ['', '  ', '      '])
      for (let round = 0; round < 60; round++) {
        const text = script(round % 40);
        const written = blockLines({ a: text }, { ...page, lineBreak }, indent).join(lineBreak) + lineBreak;
        expect(written.startsWith(`${indent}a: |${lineBreak}${indent}  #!/bin/sh${lineBreak}${lineBreak}`)).toBe(true);
        expect(load(written)).toEqual({ a: text });
      }
  const blanks = `a \n${'b\n'.repeat(600)}`;
  for (let time = 0; time < 2; time++)
    expect(blockLines({ a: blanks }, page)).toEqual([`a: ${JSON.stringify(blanks)}`]);
});
