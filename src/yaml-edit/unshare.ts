import { type Alias, type Document, isAlias, isMap, isNode, isSeq, type Node, visit } from 'yaml';
import { type Draft, edited, isChanged, jsonOf, kept, keyOf, pairOf } from './draft.ts';

/**
 * Replaces the aliases of every anchor that the draft changes with copies of its old value, so that they keep it.
 * Returns the names of those anchors.
 */
export function unshare(draft: Draft, document: Document): ReadonlySet<string> {
  const names = new Set<string>();
  for (;;) {
    const changed = new Set<Node>();
    collectChanged(draft, changed);
    const found = changed.size === 0 ? [] : [...aliasesIn(draft, [])];
    const shared = found.filter(({ alias }) => changed.has(alias.resolve(document) ?? alias));
    if (shared.length === 0) return names;
    for (const { alias, steps } of shared) {
      names.add(alias.source);
      edited(draft, steps, { op: 'replace', path: '', value: jsonOf(alias, document) }, document);
    }
  }
}

/** Every node with an anchor that changes, or disappears because a node around it is replaced. */
function collectChanged(draft: Draft, changed: Set<Node>): void {
  if (draft.kind !== 'kept' || !isChanged(draft)) return;
  const { node } = draft;
  if (isNode(node) && 'anchor' in node && node.anchor) changed.add(node);
  const collect = (child: Draft, old: unknown) => {
    if (child.kind === 'kept') collectChanged(child, changed);
    else if (isNode(old)) collectAnchors(old, changed);
  };
  if (isMap(node)) for (const [key, child] of draft.entries) collect(child, pairOf(node, key)?.value);
  if (!isSeq(node) || !draft.items) return;
  let index = 0;
  for (const child of draft.items) if (child.kind !== 'fresh' || child.replaces) collect(child, node.items[index++]);
}

function collectAnchors(node: Node, anchored: Set<Node>): void {
  visit(node, {
    Node(_, inner) {
      if ('anchor' in inner && inner.anchor) anchored.add(inner);
    },
  });
}

/** The aliases that remain. */
function* aliasesIn(draft: Draft, steps: readonly string[]): Generator<{ alias: Alias; steps: readonly string[] }> {
  if (draft.kind !== 'kept') return;
  const { node } = draft;
  if (isAlias(node)) yield { alias: node, steps };
  if (isMap<Node, Node | null>(node)) {
    for (const pair of node.items) {
      const key = keyOf(pair);
      yield* aliasesIn(draft.entries.get(key) ?? kept(pair.value), [...steps, key]);
    }
  }
  if (!isSeq<Node>(node)) return;
  const items = (draft.items ?? node.items.map(kept)).filter(({ kind }) => kind !== 'gone');
  for (const [index, item] of items.entries()) yield* aliasesIn(item, [...steps, String(index)]);
}
