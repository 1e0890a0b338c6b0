import jsonPatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { editInParts, readDocument } from '../../src/cli/inject/list-document.ts';
import type { Json } from '../../src/core/json.ts';
import { applySplices } from '../../src/yaml-edit/lines.ts';
import { parse } from '../../src/yaml-edit/parse.ts';
import { fc } from '../fast-check.ts';
import { editsFor, leaf, root, writing, written } from './documents.ts';

const read = (text: string) => {
  const document = readDocument(text);
  if ('problem' in document) throw new Error(`${document.problem.message}\n${text}`);
  return document;
};
const whole = (text: string) => {
  const parsed = parse(text);
  if ('problem' in parsed) throw new Error(`${parsed.problem.message}\n${text}`);
  return parsed.value;
};
const edit = (text: string, edits: Parameters<typeof editInParts>[2]) => {
  const edited = editInParts(text, read(text).parts, edits);
  if (!edited) throw new Error(`not edited:\n${text}`);
  return applySplices(text, edited.splices);
};

describe('a List', () => {
  it.each([
    ['items:\n- a: 1\n- b: 2\nkind: List\n', 2],
    ['kind: PodList\nitems: # all\n# one\n  - a: |\n      - x\n  # two\n  -\n    b: 2\n\n', 2],
    ['kind: List\r\nitems:\r\n- a: 1\r\n- b:\r\n  - c\r\nx: 1', 2],
    ['{"kind": "List", "items": [{"a": "]}\\\\"}, {"items": [{}]}]}', 2],
    ['{\n  "items": [\n    {"a": 1},\n    {\n      "b": 2\n    }\n  ],\n  "kind": "List"\n}', 2],
    ['kind: List\nitems: []\n', 0],
    ['kind: List\nitems: [{a: 1}]\n', 0],
    ['kind: List\nitems:\n- &a {a: 1}\n- *a\n', 0],
    ['kind: List\nitems:\n- a\n- {b: 1}\n', 0],
    ['kind: Other\nitems:\n- a: 1\n', 0],
    ['{"kind": "List", "x": [{}], "items": [1, {}]}', 0],
  ])('%j is read in %i parts', (text, count) => {
    const { value, parts } = read(text);
    expect(value).toEqual(whole(text));
    expect(parts).toHaveLength(count);
  });

  it('keeps a comment apart from a new text above it, however far in the comment stands', () => {
    const text = 'kind: List\nitems:\n- a:\n  - - []\n            # c\n    - x\n- b: 1\n';
    const value = '#!/bin/sh\nexit\n';
    const after = edit(text, [{ op: 'add', path: '/items/0/a/0/0/0', value }]);
    expect(whole(after)).toEqual({ kind: 'List', items: [{ a: [[[value], 'x']] }, { b: 1 }] });
    expect(after).toContain('            # c\n');
  });

  const edits = fc.record({
    seed: fc.nat(),
    count: fc.integer({ min: 1, max: 6 }),
    values: fc.array(leaf, { minLength: 1 }),
  });

  it('in block style is the same in parts as in one', () => {
    fc.assert(
      fc.property(
        fc.array(root, { minLength: 1, maxLength: 4 }),
        writing,
        edits,
        (items, way, { seed, count, values }) => {
          const text = written({ apiVersion: 'v1', kind: 'List', items, metadata: { a: 'b' } }, way, false);
          const before = read(text).value;
          expect(before).toEqual(whole(text));
          const patch = editsFor(before, seed, count, values, false);
          const after = edit(text, patch);
          const expected: Json = jsonPatch.applyPatch(structuredClone(before), structuredClone(patch)).newDocument;
          expect(JSON.parse(JSON.stringify(whole(after)))).toEqual(JSON.parse(JSON.stringify(expected)));
          expect(after.match(/# c\d+/g)).toEqual(text.match(/# c\d+/g));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('in JSON comes out as JSON.stringify writes it', () => {
    fc.assert(
      fc.property(
        fc.array(root, { maxLength: 4 }),
        fc.constantFrom(0, 2, '\t'),
        edits,
        (items, space, { seed, count, values }) => {
          const before = { kind: 'List', items };
          const text = JSON.stringify(before, null, space);
          expect(read(text).parts).toHaveLength(items.length);
          const patch = editsFor(before, seed, count, values, false);
          const expected = jsonPatch.applyPatch(structuredClone(before), structuredClone(patch)).newDocument;
          const plain = (json: string) =>
            json.replaceAll(/\\u([0-9a-f]{4})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
          expect(plain(edit(text, patch))).toBe(plain(JSON.stringify(expected, null, space)));
        },
      ),
      { numRuns: 200 },
    );
  });
});
