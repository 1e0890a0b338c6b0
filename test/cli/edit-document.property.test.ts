import jsonPatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { isEmpty, isObject, type Json, pointerKey } from '../../src/core/json.ts';
import { editDocument } from '../../src/yaml-edit/edit-document.ts';
import { applySplices } from '../../src/yaml-edit/lines.ts';
import { parse } from '../../src/yaml-edit/parse.ts';
import { fc } from '../fast-check.ts';
import { editsFor, leaf, root, tree, writing, written } from './documents.ts';

const runs = Number(process.env.RUNS ?? 500);
const additions = fc.record({
  seed: fc.nat(),
  count: fc.integer({ min: 1, max: 6 }),
  values: fc.array(fc.oneof(leaf, tree), { minLength: 1, maxLength: 4 }),
});

function read(text: string): Json {
  const parsed = parse(text);
  if ('problem' in parsed) throw new Error(`${parsed.problem.message}\n${text}`);
  return JSON.parse(JSON.stringify(parsed.value));
}

function edit(text: string, edits: Parameters<typeof editDocument>[1]) {
  const result = editDocument(text, edits);
  if (!result) throw new Error(`not edited:\n${text}\n${JSON.stringify(edits)}`);
  return { text: applySplices(text, result.splices), warnings: result.warnings };
}

/** Where a list first departs from being part of another, in order; -1 when it is. */
function firstMissing(part: readonly string[], whole: readonly string[]): number {
  let at = 0;
  return part.findIndex((item) => {
    at = whole.indexOf(item, at) + 1;
    return at === 0;
  });
}

const fullMap = fc.constantFrom<Json>({ a: 1 }, { a: 'x', b: [{ c: '# d' }] });
const fullList = fc.constantFrom<Json>(['x'], [{ a: 1 }, { a: '# b', c: {} }]);

/** The values of keys that are null, an empty list or an empty map. */
function emptiesIn(value: Json, path = ''): { path: string; value: Json }[] {
  if (!isObject(value)) return Array.isArray(value) ? value.flatMap((item, i) => emptiesIn(item, `${path}/${i}`)) : [];
  return Object.entries(value).flatMap(([key, item = null]) => {
    const inner = `${path}/${pointerKey(key)}`;
    return isEmpty(item) ? [{ path: inner, value: item }] : emptiesIn(item, inner);
  });
}

/** The edits that take back additions. */
function removalOf(before: Json, additions: Parameters<typeof editDocument>[1]) {
  let now = before;
  const removals: { op: 'remove'; path: string }[] = [];
  for (const edit of additions) {
    const list = jsonPatch.getValueByPointer(now, edit.path.replace(/\/[^/]*$/, ''));
    removals.unshift({ op: 'remove', path: edit.path.replace(/-$/, String(list?.length)) });
    now = jsonPatch.applyPatch(now, structuredClone([edit]), false, false).newDocument;
  }
  return removals;
}

/** Escapes are a matter of taste. */
const unescaped = (code: string) => String.fromCharCode(Number.parseInt(code.slice(2), 16));

describe('editing a document in place', () => {
  it('means what the JSON Patch means, and keeps every comment in order', () => {
    fc.assert(
      fc.property(root, writing, additions, (value, way, { seed, count, values }) => {
        const before = written(value, way, true);
        if (way.lastBreak && way.end !== '\n\n') expect(read(before)).toEqual(JSON.parse(JSON.stringify(value)));
        const edits = editsFor(value, seed, count, values, false);
        const { text, warnings } = edit(before, edits);
        expect(warnings).toEqual([]);
        expect(read(text)).toEqual(jsonPatch.applyPatch(read(before), structuredClone(edits)).newDocument);
        const comments = before.match(/# c\d+/g) ?? [];
        expect(firstMissing(comments, text.match(/# c\d+/g) ?? [])).toBe(-1);
      }),
      { numRuns: runs },
    );
  });

  it('takes back what it has added, keeps every comment, and mostly gives the same bytes', () => {
    let same = 0;
    let count = 0;
    fc.assert(
      fc.property(root, writing, additions, (value, way, { seed, count: edits, values }) => {
        const before = written(value, way, true);
        const added = editsFor(value, seed, edits, values, true);
        const { text, warnings } = edit(edit(before, added).text, removalOf(read(before), added));
        expect(read(text)).toEqual(read(before));
        const comments = before.match(/# c\d+/g) ?? [];
        if (warnings.length === 0) expect(firstMissing(comments, text.match(/# c\d+/g) ?? [])).toBe(-1);
        count += 1;
        same += text === before ? 1 : 0;
      }),
      { numRuns: runs },
    );
    expect(same / count).toBeGreaterThan(0.95);
  });

  it('fills what is empty and empties it again, keeps every comment, and gives the same bytes', () => {
    fc.assert(
      fc.property(root, writing, fullMap, fullList, (value, way, map, list) => {
        const before = written(value, way, true);
        const empty = emptiesIn(read(before));
        fc.pre(empty.length > 0);
        const filled = edit(
          before,
          empty.map(({ path, value }) => ({ op: 'add', path, value: Array.isArray(value) ? list : map })),
        );
        const emptied = edit(
          filled.text,
          empty.map(({ path, value }) => ({ op: 'replace', path, value })),
        );
        expect(`${filled.warnings}${filled.text}${emptied.warnings}${emptied.text}`).toBe(`${filled.text}${before}`);
        const comments = before.match(/# (?:c\d+|nothing)/g) ?? [];
        expect(firstMissing(comments, filled.text.match(/# (?:c\d+|nothing)/g) ?? [])).toBe(-1);
      }),
      { numRuns: runs },
    );
  });

  it('keeps every line, byte for byte and in order, of what is in block style', () => {
    fc.assert(
      fc.property(root, writing, additions, (value, way, { seed, count, values }) => {
        const before = written(value, way, false);
        const edits = editsFor(value, seed, count, values, true);
        // The first item of a list in a list stands on the line of another dash.
        fc.pre(!edits.some(({ path }) => /\/\d+\/0$/.test(path)));
        const { text } = edit(before, edits);
        const lines = before.split(/\r?\n/);
        const missing = firstMissing(lines, text.split(/\r?\n/));
        expect(missing < 0 ? '' : `${lines[missing]}\n---\n${before}\n---\n${text}`).toBe('');
      }),
      { numRuns: runs },
    );
  });

  it('leaves JSON as JSON, in the layout it has', () => {
    fc.assert(
      fc.property(root, fc.constantFrom(0, 1, 2, 4, '\t'), additions, (value, space, { seed, count, values }) => {
        const before = JSON.stringify(value, null, space);
        const edits = editsFor(value, seed, count, values, false);
        const { text, warnings } = edit(before, edits);
        const expected = jsonPatch.applyPatch(JSON.parse(before), structuredClone(edits)).newDocument;
        expect(text.replaceAll(/\\u[0-9a-f]{4}/g, unescaped)).toBe(
          JSON.stringify(expected, null, space).replaceAll(/\\u[0-9a-f]{4}/g, unescaped),
        );
        expect(warnings).toEqual([]);
      }),
      { numRuns: runs },
    );
  });

  it('changes one place only, where anchors, aliases and merge keys share', () => {
    fc.assert(
      fc.property(root, writing, additions, (value, way, { seed, count, values }) => {
        const shared = written(value, { ...way, start: '', end: '', lastBreak: true }, true);
        const indented = shared.replaceAll(/^(?=.)/gm, '  ');
        const before = `base: &base\n${indented}one: *base # c\ntwo:\n  <<: *base\n  own: 1\nthree: [*base, {<<: *base}]\nfour:\n- *base\n`;
        fc.pre(!/[|][-+]?( #.*)?\r?\n/.test(shared));
        const edits = editsFor(read(before), seed, count, values, false);
        const { text } = edit(before, edits);
        expect(read(text)).toEqual(jsonPatch.applyPatch(read(before), structuredClone(edits)).newDocument);
        expect(firstMissing(before.match(/# c\d*/g) ?? [], text.match(/# c\d*/g) ?? [])).toBe(-1);
      }),
      { numRuns: runs },
    );
  });
});
