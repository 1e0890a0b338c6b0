import jsonPatch from 'fast-json-patch';
import { type Document, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { isObject, type Json } from '../core/json.ts';
import type { Edit } from '../core/outcome.ts';

/** A node of the document that stays, and the changes inside it. */
export interface Kept {
  readonly kind: 'kept';
  readonly node: Node | null;
  /** Of a map: the keys that are added, or whose values change. */
  readonly entries: Map<string, Draft>;
  /** Of a list: all items after the edit. Undefined while nothing changes. */
  items?: Draft[];
}

/** A value to write, new or instead of a node of the document. */
export interface Fresh {
  readonly kind: 'fresh';
  readonly value: Json;
  /** True when it replaces a node of the document. */
  readonly replaces: boolean;
}

/** A node of the document that goes. It stays in its list, so that the others find their nodes, but has no index. */
export interface Gone {
  readonly kind: 'gone';
}

/** What becomes of one node of the document. */
export type Draft = Kept | Fresh | Gone;

export function kept(node: Node | null): Kept {
  return { kind: 'kept', node, entries: new Map() };
}

function fresh(value: Json): Fresh {
  return { kind: 'fresh', value, replaces: false };
}

/** False when nothing in it changes. */
export function isChanged(draft: Draft): boolean {
  return draft.kind !== 'kept' || draft.entries.size > 0 || draft.items !== undefined;
}

/** The last pair of a map with this key, which is the one that applies. */
export function pairOf(node: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  // The parser makes nodes of keys and values.
  return node.items.findLast((pair) => keyOf(pair) === key) as Pair<Node, Node | null> | undefined;
}

/** The key of a pair as JSON would have it. */
export function keyOf(pair: Pair): string {
  const key = isScalar(pair.key) ? pair.key.value : pair.key;
  return typeof key === 'symbol' ? (key.description ?? '') : String(key ?? '');
}

/** The value of a node as JSON. It shares nothing with the value of another node. */
export function jsonOf(node: Node | null, document: Document): Json {
  return node === null ? null : JSON.parse(JSON.stringify(node.toJS(document, { maxAliasCount: -1 }) ?? null));
}

/** The steps of a JSON pointer (RFC 6901). */
export function stepsOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(jsonPatch.unescapePathComponent);
}

/**
 * The draft after one edit at the steps below it. A value that comes from an alias or a merge key is written out first,
 * so that the anchor does not change.
 */
export function edited(draft: Draft, steps: readonly string[], edit: Edit, document: Document): Draft {
  const [step, ...rest] = steps;
  if (step === undefined && edit.op === 'remove') return { kind: 'gone' };
  if (draft.kind === 'gone') return edited({ kind: 'fresh', value: null, replaces: true }, steps, edit, document);
  if (draft.kind === 'fresh') return { ...draft, value: editedValue(draft.value, steps, edit) };
  const { node } = draft;
  if (step === undefined) return { kind: 'fresh', value: edit.op === 'remove' ? null : edit.value, replaces: true };
  if (!isCollection(node) || node.items.length === 0) {
    return { kind: 'fresh', value: editedValue(jsonOf(node, document), steps, edit), replaces: true };
  }
  if (isMap(node)) {
    const child = draft.entries.get(step) ?? childOf(node, step, document);
    draft.entries.set(step, edited(child, rest, edit, document));
  } else if (isSeq<Node>(node)) {
    draft.items ??= node.items.map(kept);
    const index = step === '-' ? draft.items.length : positionOf(draft.items, Number(step));
    const child = draft.items[index];
    if (rest.length === 0 && edit.op === 'add') draft.items.splice(index, 0, fresh(edit.value));
    else if (rest.length === 0 && edit.op === 'remove' && child?.kind === 'fresh' && !child.replaces)
      draft.items.splice(index, 1);
    else if (child) draft.items[index] = edited(child, rest, edit, document);
  }
  return draft;
}

/** The position of the item with an index, which those that go do not count for. */
function positionOf(items: readonly Draft[], index: number): number {
  let left = index;
  const position = items.findIndex((item) => item.kind !== 'gone' && left-- === 0);
  return position < 0 ? items.length : position;
}

/** The value of a key: its own, or that of a merge key, or null. */
function childOf(node: YAMLMap, step: string, document: Document): Draft {
  const pair = pairOf(node, step);
  if (pair) return kept(pair.value);
  if (!pairOf(node, '<<')) return fresh(null);
  const value = jsonOf(node, document);
  return fresh(isObject(value) && Object.hasOwn(value, step) ? (value[step] ?? null) : null);
}

function editedValue(value: Json, steps: readonly string[], edit: Edit): Json {
  const path = steps.map((step) => `/${jsonPatch.escapePathComponent(step)}`).join('');
  return jsonPatch.applyOperation<Json>(value, { ...edit, path }, true, false).newDocument;
}
