import { fixedPath, partsOf, type Term } from './term.ts';

/** The largest size of a value: characters, and items where it is a list or a map. */
export interface Extent {
  readonly size: number;
  readonly items: number;
}

/** An extent, and the characters of everything that is built on the way to it. */
interface Growth extends Extent {
  readonly work: number;
}

type Names = ReadonlyMap<string, Extent>;

/** A number, a condition, a time. */
const small: Extent = { size: 32, items: 0 };
/** The pod, the namespace or a part of them, as far as a template of a namespace may read it. */
const read: Extent = { size: 16_384, items: 2048 };

/** An upper bound of the characters that an expression builds and returns, given the extents of the parameters by field. */
export function costOf(term: Term, extents: Names): number {
  const { size, work } = growthOf(term, extents, new Map());
  return size + work;
}

function growthOf(term: Term, extents: Names, names: Names): Growth {
  const path = fixedPath(term);
  if (path) {
    const [variable = '', field = ''] = path;
    const extent = names.get(variable) ?? (variable === 'params' ? extents.get(field) : undefined);
    return { ...(extent ?? read), work: 0 };
  }
  if (term.kind === 'loop') return growthOfLoop(term, extents, names);
  if (term.kind === 'bind') {
    const value = growthOf(term.value, extents, names);
    const body = growthOf(term.body, extents, new Map(names).set(term.variable, value));
    return { ...body, work: value.work + body.work };
  }
  const parts = partsOf(term).map((part) => growthOf(part, extents, names));
  switch (term.kind) {
    case 'literal':
      return { ...small, size: typeof term.value === 'string' ? term.value.length : small.size, work: 0 };
    case 'field':
    case 'item':
    case 'choice':
      return { ...largest(parts), work: workIn(parts) };
    case 'list':
    case 'map':
      return built({ ...together(parts), items: parts.length }, parts);
    case 'operator':
      return built(term.operator === '+' ? together(parts) : small, parts);
    case 'method':
      return built(extentOfMethod(term.name, parts), parts);
    default:
      return built(together(parts), parts);
  }
}

/** Items are together as large as the list. What does not depend on the item is built once for each. */
function growthOfLoop(term: Term & { kind: 'loop' }, extents: Names, names: Names): Growth {
  const from = growthOf(term.list, extents, names);
  const bodyWith = (item: Extent) => {
    const bodies = term.bodies.map((body) => growthOf(body, extents, new Map(names).set(term.variable, item)));
    return { size: bodies.at(-1)?.size ?? 0, work: workIn(bodies) };
  };
  const [constant, whole] = [bodyWith({ size: 0, items: 0 }), bodyWith(from)];
  const spread = (key: 'size' | 'work') => whole[key] - constant[key] + from.items * constant[key];
  const work = from.work + spread('work');
  if (term.name === 'map') return { size: spread('size'), items: from.items, work: work + spread('size') };
  return { ...(term.name === 'filter' ? from : small), work: work + from.size };
}

function extentOfMethod(name: string, parts: readonly Growth[]): Extent {
  const { size, items } = together(parts);
  const [receiver = small, first] = parts;
  if (name === 'split') return { size, items: receiver.size + 1 };
  if (name === 'join') return { size: receiver.size + receiver.items * (first?.size ?? 0), items: 0 };
  return { size: name === 'hex' || name === 'base64' ? size * 2 : size + small.size, items };
}

function built(extent: Extent, parts: readonly Growth[]): Growth {
  return { ...extent, work: extent.size + extent.items + workIn(parts) };
}

function workIn(parts: readonly { readonly work: number }[]): number {
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
