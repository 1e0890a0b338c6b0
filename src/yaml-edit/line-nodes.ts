import { type CST, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { LineFlow, LineList, LineMap, LineNode, LineScalar } from './line-tree.ts';

/** A document that `readLines` has read, as nodes of the package yaml, with those tokens that edits look at. */
export function nodesOf(node: LineNode, text: string): Node {
  switch (node.kind) {
    case 'map':
      return mapNode(node, text);
    case 'list':
      return listNode(node, text);
    case 'flow':
      return flowNode(node, text);
    default:
      return scalarNode(node, text);
  }
}

function mapNode({ from, items }: LineMap, text: string): Node {
  const map = new YAMLMap<Node, Node | null>();
  const token: CST.BlockMap = { type: 'block-map', offset: from, indent, items: [] };
  for (const { key, node } of items) addPair(map, token.items, key, node, text);
  map.srcToken = token;
  return map;
}

function listNode({ from, items }: LineList, text: string): Node {
  const list = new YAMLSeq<Node>();
  const token: CST.BlockSequence = { type: 'block-seq', offset: from, indent, items: [] };
  for (const { dash, node } of items) {
    const value = node ? nodesOf(node, text) : new Scalar(null);
    token.items.push(withValue({ start: [mark('seq-item-ind', dash, '-')] }, value));
    list.items.push(value);
  }
  list.srcToken = token;
  return list;
}

function flowNode({ value, from, to, items }: LineFlow, text: string): Node {
  const isList = Array.isArray(value);
  const token: CST.FlowCollection = {
    type: 'flow-collection',
    offset: from,
    indent,
    start: isList ? mark('flow-seq-start', from, '[') : mark('flow-map-start', from, '{'),
    items: [],
    end: [isList ? mark('flow-seq-end', to - 1, ']') : mark('flow-map-end', to - 1, '}')],
  };
  const map = new YAMLMap<Node, Node | null>();
  const list = new YAMLSeq<Node>();
  for (const { key, node } of items) {
    if (key) addPair(map, token.items, key, node, text);
    else {
      const item = nodesOf(node, text);
      token.items.push(withValue({ start: [] }, item));
      list.items.push(item);
    }
  }
  const node = isList ? list : map;
  node.srcToken = token;
  return node;
}

function addPair(
  map: YAMLMap<Node, Node | null>,
  tokens: CST.CollectionItem[],
  key: LineScalar,
  node: LineNode | undefined,
  text: string,
): void {
  const value = node ? nodesOf(node, text) : new Scalar(null);
  const token = flowScalar(key, text);
  const pair = new Pair<Node, Node>(scalarOf(key, token), value);
  pair.srcToken = withValue({ start: [], key: token, sep: [mark('map-value-ind', key.to, ':')] }, value);
  tokens.push(pair.srcToken);
  map.items.push(pair);
}

/** An item with the token of its value, if that has one. */
function withValue<Item extends CST.CollectionItem>(item: Item, { srcToken }: Node): Item {
  if (srcToken) item.value = srcToken;
  return item;
}

function scalarNode(scalar: LineScalar, text: string): Node {
  return scalarOf(scalar, scalar.kind === 'literal' ? blockScalar(scalar, text) : flowScalar(scalar, text));
}

function scalarOf({ value }: LineScalar, token: CST.FlowScalar | CST.BlockScalar): Node {
  const node = new Scalar(value);
  node.srcToken = token;
  return node;
}

const types = {
  plain: 'scalar',
  single: 'single-quoted-scalar',
  double: 'double-quoted-scalar',
  literal: 'scalar',
} as const satisfies Record<LineScalar['kind'], CST.FlowScalar['type']>;

function flowScalar({ kind, from, to }: LineScalar, text: string): CST.FlowScalar {
  return { type: types[kind], offset: from, indent, source: text.slice(from, to) };
}

function blockScalar({ from, to }: LineScalar, text: string): CST.BlockScalar {
  const line = text.indexOf('\n', from);
  const props = [mark('block-scalar-header', from, text.slice(from, line)), mark('newline', line, '\n')];
  return { type: 'block-scalar', offset: from, indent, props, source: text.slice(line + 1, to + 1) };
}

/** No edit asks for it. */
const indent = 0;

function mark(type: CST.SourceToken['type'], offset: number, source: string): CST.SourceToken {
  return { type, offset, indent, source };
}
