import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf, fixedPath } from './syntax.ts';

/** How much a value can hold at most: characters, and items where it is a list or a map. */
export interface Extent {
  readonly size: number;
  readonly items: number;
}

/** An extent, and the characters of everything that is put together on the way to it. */
interface Growth extends Extent {
  readonly work: number;
}

type Names = ReadonlyMap<string, Extent>;

/** A number, a condition, a time. */
const small: Extent = { size: 32, items: 0 };
/** The pod, the namespace or a part of them, as far as a template of a namespace may read it. */
const read: Extent = { size: 16_384, items: 2048 };

/** At most so many characters an expression puts together and gives; `extents` says how long the parameters can be. */
export function workOf(node: ASTNode, extents: Names): number {
  const { size, work } = growthOf(node, extents, new Map());
  return size + work;
}

function growthOf(node: ASTNode, extents: Names, names: Names): Growth {
  const of = (part: ASTNode) => growthOf(part, extents, names);
  const path = fixedPath(node);
  if (path) {
    const [variable = '', field = ''] = path;
    const extent = names.get(variable) ?? (variable === 'params' ? extents.get(field) : undefined);
    return { ...(extent ?? read), work: 0 };
  }
  if (node.op === 'value')
    return { ...small, size: typeof node.args === 'string' ? node.args.length : small.size, work: 0 };
  if (node.op === 'rcall') return growthOfCall(node, extents, names);
  const parts = childrenOf(node).map(of);
  if (node.op === '.' || node.op === '[]' || node.op === '?:') return { ...largest(parts), work: workIn(parts) };
  if (node.op === '+' || node.op === 'call') return made(together(parts), parts);
  if (node.op === 'list' || node.op === 'map') return made({ ...together(parts), items: parts.length }, parts);
  return made(small, parts);
}

function growthOfCall(node: ASTNode & { op: 'rcall' }, extents: Names, names: Names): Growth {
  const [method, receiver, args] = node.args;
  const inside = (name: ASTNode | undefined, extent: Extent, body: ASTNode): Growth =>
    growthOf(body, extents, name?.op === 'id' ? new Map(names).set(name.args, extent) : names);
  const [first] = args;
  const last = args.at(-1);
  if (method === 'bind' && args[1] && last) {
    const value = growthOf(args[1], extents, names);
    const body = inside(first, value, last);
    return { ...body, work: value.work + body.work };
  }
  const from = growthOf(receiver, extents, names);
  if (loops.has(method) && last) {
    const constant = inside(first, { size: 0, items: 0 }, last);
    const whole = inside(first, from, last);
    const size = spread(whole.size, constant.size, from.items);
    const work = from.work + spread(whole.work, constant.work, from.items);
    if (method === 'map') return { size, items: from.items, work: work + size };
    return { ...(method === 'filter' ? from : small), work: work + from.size };
  }
  const parts = [from, ...args.map((arg) => growthOf(arg, extents, names))];
  const { size, items } = together(parts);
  if (method === 'split') return made({ size, items: from.size + 1 }, parts);
  if (method === 'join') return made({ size: from.size + from.items * (parts[1]?.size ?? 0), items: 0 }, parts);
  return made({ size: method === 'hex' || method === 'base64' ? size * 2 : size + small.size, items }, parts);
}

const loops = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** A loop whose items are the whole together: what does not depend on them is there once for each. */
function spread(whole: number, constant: number, items: number): number {
  return whole - constant + items * constant;
}

function made(extent: Extent, parts: readonly Growth[] = []): Growth {
  return { ...extent, work: extent.size + extent.items + workIn(parts) };
}

function workIn(parts: readonly Growth[]): number {
  return parts.reduce((sum, { work }) => sum + work, 0);
}

function together(parts: readonly Extent[]): Extent {
  const sum = (key: keyof Extent) => parts.reduce((total, part) => total + part[key], 0);
  return { size: sum('size'), items: sum('items') };
}

function largest(parts: readonly Extent[]): Extent {
  const most = (key: keyof Extent) => Math.max(0, ...parts.map((part) => part[key]));
  return { size: most('size'), items: most('items') };
}
