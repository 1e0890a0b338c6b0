import { isDeepStrictEqual } from 'node:util';
import jsonPatch from 'fast-json-patch';
import type { Json } from '../core/json.ts';
import type { Operation } from '../core/outcome.ts';
import { collectionEdits } from './block-edits.ts';
import { type Draft, edited, kept, stepsOf } from './draft.ts';
import { isJson } from './json-tokens.ts';
import { applySplices, type Splice } from './lines.ts';
import { type Page, pageOf } from './page.ts';
import { type Parsed, parse } from './parse.ts';
import { documentLines, flowText } from './render.ts';
import { unshare } from './unshare.ts';

/** A document with edits: how its text changes, and what a person should know about that. */
export interface EditedDocument {
  readonly splices: readonly Splice[];
  readonly warnings: readonly string[];
  /** Written anew as a whole, which only a whole document can be. */
  readonly anew?: boolean;
}

/**
 * The splices that make a document what the edits say, and leave everything else in it as it is written.
 * The result is read again and compared with the patched value: undefined when they differ, which is a defect.
 */
export function editDocument(text: string, edits: readonly Operation[]): EditedDocument | undefined {
  const parsed = parse(text, true);
  if ('problem' in parsed) return undefined;
  const page = pageOf(text, parsed.document);
  const expected = patched(parsed.value, edits);
  if (expected === undefined) return undefined;
  // A comment below a new block of text, further in than the text, would become part of it: quotes keep them apart.
  for (const manner of [page, { ...page, quotesOnly: true }]) {
    const inPlace = editInPlace(parsed, edits, manner);
    if (inPlace && isRight(inPlace, expected, page)) return inPlace;
  }
  const anew: EditedDocument = {
    splices: [{ from: 0, to: text.length, text: writtenAnew(expected, page) }],
    warnings: ['The document could not be edited in place, so it is written anew, without its comments.'],
    anew: true,
  };
  return isRight(anew, expected, page) ? anew : undefined;
}

/** The value after the edits, sharing nothing with the value before; undefined when they do not fit it. */
export function patched(value: Json, edits: readonly Operation[]): Json | undefined {
  try {
    return jsonPatch.applyPatch(plain(value), plain(edits), true).newDocument;
  } catch {
    return undefined;
  }
}

function editInPlace({ document }: Parsed, edits: readonly Operation[], page: Page): EditedDocument | undefined {
  let draft: Draft = kept(document.contents);
  for (const edit of edits) draft = edited(draft, stepsOf(edit.path), edit, document);
  if (draft.kind === 'fresh') return undefined;
  const names = unshare(draft, document);
  const warnings = [...names].map(
    (name) => `The anchor &${name} was shared with what had to change: its aliases are written out.`,
  );
  return { splices: ended([...collectionEdits(draft, page)], page), warnings };
}

/** A block scalar on a last line without line break is read differently by different programs: the new text ends its line. */
function ended(splices: readonly Splice[], { text, lineBreak }: Page): readonly Splice[] {
  const end = text.length;
  const isOpen = !text.endsWith('\n') && splices.some(({ from }) => from === end);
  return isOpen ? [...splices, { from: end, to: end, text: lineBreak }] : splices;
}

function isRight({ splices }: EditedDocument, expected: Json, page: Page): boolean {
  const text = applySplices(page.text, splices);
  if (page.json) return isJson(text) && isDeepStrictEqual(JSON.parse(text), expected);
  const parsed = parse(text);
  return 'value' in parsed && isDeepStrictEqual(plain(parsed.value), expected);
}

/** As JSON would carry it: nothing shared, no negative zero. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

function writtenAnew(value: Json, page: Page): string {
  if (page.json) return flowText(value, page, '') + page.lineBreak;
  const head = /^(?:%[^\n]*\n)*---(?=\s|$)/m.exec(page.text)?.[0];
  const tail = /^\.\.\.\s[\s\S]*$/m.exec(page.text)?.[0];
  return [...(head ? [head] : []), ...documentLines(value, page), ...(tail ? [tail] : [''])].join(page.lineBreak);
}
