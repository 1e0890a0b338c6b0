// New values in YAML: every parser reads what was meant, also those that are stricter than the one that proves an edit.
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
