import jsonPatch from 'fast-json-patch';
import { isSameJson, type Json } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';
import { collectionEdits } from './block-edits.ts';
import { type Draft, edited, kept, stepsOf } from './draft.ts';
import { isJson } from './json-tokens.ts';
import { readLines } from './line-reader.ts';
import { applySplices, type Splice, sorted } from './lines.ts';
import { type Page, pageOf } from './page.ts';
import { parse } from './parse.ts';
import { type Editable, parseForEditing, plain } from './parse-for-editing.ts';
import { readCommon } from './read-value.ts';
import { documentLines, flowText } from './render.ts';
import { unshare } from './unshare.ts';

/** The edits of a document as changes of its text, and warnings for its author. */
export interface EditedDocument {
  readonly splices: readonly Splice[];
  readonly warnings: readonly string[];
  /** True when the splices replace the whole document. */
  readonly anew?: boolean;
}

/**
 * The splices that make the edits in the text of a document and leave the rest as it is written. The result is parsed
 * and compared with the patched value. Undefined when they differ, which is a defect.
 */
export function editDocument(text: string, edits: readonly Edit[]): EditedDocument | undefined {
  const parsed = parseForEditing(text);
  if ('problem' in parsed) return undefined;
  const page = pageOf(text, parsed.document.contents);
  const expected = applied(parsed.value, edits);
  if (expected === undefined) return undefined;
  // A comment that follows a new block scalar with more indentation would become part of it. Quotes prevent that.
  for (const manner of [page, { ...page, quotesOnly: true }]) {
    const inPlace = editInPlace(parsed, edits, manner);
    if (inPlace && isRight(inPlace, expected, page)) return inPlace;
  }
  const anew: EditedDocument = {
    splices: [{ from: 0, to: text.length, text: writtenAnew(expected, page) }],
    warnings: ['The document cannot be edited in place, so it was rewritten without its comments.'],
    anew: true,
  };
  return isRight(anew, expected, page) ? anew : undefined;
}

/** The value after the edits, which shares nothing with the value before; undefined when they do not fit it. */
export function patched(value: Json, edits: readonly Edit[]): Json | undefined {
  return applied(plain(value), edits);
}

/** The same, where the value itself may be changed. */
function applied(value: Json, edits: readonly Edit[]): Json | undefined {
  try {
    const own = edits.map((edit) => (edit.op === 'remove' ? edit : { ...edit, value: plain(edit.value) }));
    return jsonPatch.applyPatch(value, own, true).newDocument;
  } catch {
    return undefined;
  }
}

function editInPlace({ document }: Editable, edits: readonly Edit[], page: Page): EditedDocument | undefined {
  let draft: Draft = kept(document.contents);
  for (const edit of edits) draft = edited(draft, stepsOf(edit.path), edit, document);
  if (draft.kind !== 'kept') return undefined;
  const names = unshare(draft, document);
  const warnings = [...names].map(
    (name) => `The edited value has the anchor &${name}, so its aliases were replaced by copies.`,
  );
  return { splices: ended([...collectionEdits(draft, page)], page), warnings };
}

/** A block scalar to the end, of lines with more indentation. Parsers disagree about one without a last line break. */
const endsInBlock = /^( *)\S.*\|-?\r?(?:\n(?:\1 .*|\r?))+(?![\s\S])/m;

/** The last line of the new text has a line break where that of the old one has one. */
function ended(splices: readonly Splice[], { text, lineBreak }: Page): readonly Splice[] {
  const end = text.length;
  if (text.endsWith('\n')) return splices;
  if (splices.some((splice) => splice.from === end && endsInBlock.test(splice.text)))
    return [...splices, { from: end, to: end, text: lineBreak }];
  let last = end;
  for (const splice of sorted(splices).reverse()) {
    if (splice.to < last) break;
    if (splice.text !== '' && splice.from < end) return splices;
    last = Math.min(last, splice.from);
  }
  const breakBefore = /\r?\n$/.exec(text.slice(Math.max(0, last - 2), last))?.[0] ?? '';
  return [...splices, { from: last - breakBefore.length, to: last, text: '' }];
}

function isRight({ splices }: EditedDocument, expected: Json, page: Page): boolean {
  const text = applySplices(page.text, splices);
  if (page.json) return isJson(text) && isSameJson(JSON.parse(text), expected);
  const value = readLines(text)?.value ?? readCommon(text) ?? valueIn(parse(text));
  return value !== undefined && isSameJson(value, expected);
}

function valueIn(parsed: ReturnType<typeof parse>): Json | undefined {
  return 'value' in parsed ? parsed.value : undefined;
}

function writtenAnew(value: Json, page: Page): string {
  if (page.json) return flowText(value, page, '') + page.lineBreak;
  const head = /^(?:%[^\n]*\n)*---(?=\s|$)/m.exec(page.text)?.[0];
  const tail = /^\.\.\.\s[\s\S]*$/m.exec(page.text)?.[0];
  return [...(head ? [head] : []), ...documentLines(value, page), ...(tail ? [tail] : [''])].join(page.lineBreak);
}
