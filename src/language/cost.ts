import { fixedPath, partsOf, type Term } from './term.ts';

/** The largest size of a value: characters, and items where it is a list or a map. */
export interface Extent {
  readonly size: number;
  readonly items: number;
}

/** An extent, and the units of work on the way to it. */
interface Growth extends Extent {
  readonly work: number;
}

/**
 * The units of work: a character that is built is one, a step is eight, so that a unit takes 5 ns at most. A loop takes
 * more steps for each item, besides those of its body, and so does a call. `==` and `in` compare the items of lists and
 * maps.
 */
const [step, loopSteps, callSteps, comparison] = [8, 48, 32, 4];
/**
 * Characters that `lastIndexOf` compares in the time of one unit. It compares them all with all: V8 has nothing better.
 */
const searched = 16;

type Names = ReadonlyMap<string, Extent>;

/** A number, a condition, a time. */
const small: Extent = { size: 32, items: 0 };
/** The pod, the namespace or a part of them, as far as a template of a namespace may read it. */
const read: Extent = { size: 16_384, items: 2048 };
/** A container is at least 32 characters. */
const containers: Extent = { size: 16_384, items: 512 };
/** What the injector knows of an instance, itself and the cluster: names, an image, a version. */
const name: Extent = { size: 512, items: 0 };
/** Methods that give a number or a condition, and build no text. */
const looks = new Set([
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'indexOf',
  'lastIndexOf',
  'getSeconds',
  'getMilliseconds',
]);

/**
 * An upper bound of the work of an expression and of the size of its value, given the extents of the parameters by
 * field.
 */
export function costOf(term: Term, extents: Names): number {
  const { size, work } = growthOf(term, extents, new Map());
  return size + work;
}

function growthOf(term: Term, extents: Names, names: Names): Growth {
  const path = fixedPath(term);
  if (path) {
    const [variable = '', field = ''] = path;
    const extent = names.get(variable) ?? (variable === 'params' ? extents.get(field) : undefined);
    return { ...(extent ?? extentOf(variable, path)), work: step };
  }
  if (term.kind === 'loop') return growthOfLoop(term, extents, names);
  if (term.kind === 'bind') {
    const value = growthOf(term.value, extents, names);
    const body = growthOf(term.body, extents, new Map(names).set(term.variable, value));
    return { ...body, work: step + value.work + body.work };
  }
  const parts = partsOf(term).map((part) => growthOf(part, extents, names));
  switch (term.kind) {
    case 'literal':
      return { ...small, size: typeof term.value === 'string' ? term.value.length : small.size, work: step };
    case 'field':
    case 'item':
    case 'choice':
      return { ...largest(parts), work: step + workIn(parts) };
    case 'list':
    case 'map':
      return built({ ...together(parts), items: parts.length }, parts);
    case 'operator':
      return term.operator === '+'
        ? built(together(parts), parts)
        : built(small, parts, comparison * together(parts).items);
    case 'method':
      return built(extentOfMethod(term.name, parts), parts, callWork(term.name, parts));
    default:
      return built(together(parts), parts, callWork(term.name, parts));
  }
}

function extentOf(variable: string, path: readonly string[]): Extent {
  if (variable === 'instance' || variable === 'injector' || variable === 'cluster') return name;
  return path.join('.') === 'pod.containers' ? containers : read;
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
  const work = step + from.work + loopSteps * from.items + spread('work');
  if (term.name === 'map') return { size: spread('size'), items: from.items, work: work + from.items };
  return { ...(term.name === 'filter' ? from : small), work: work + from.items };
}

function extentOfMethod(name: string, parts: readonly Growth[]): Extent {
  const { size, items } = together(parts);
  if (looks.has(name)) return small;
  const [receiver = small, first] = parts;
  if (name === 'split') return { size, items: receiver.size + 1 };
  if (name === 'join') return { size: receiver.size + receiver.items * (first?.size ?? 0), items: 0 };
  return { size: size + small.size, items };
}

/** What a call does besides building its value: it reads what it is given. `size` counts the characters one by one. */
function callWork(name: string, parts: readonly Extent[]): number {
  const [receiver = small, text = small] = parts;
  if (name === 'lastIndexOf') return callSteps + receiver.size + (receiver.size * text.size) / searched;
  if (name === 'size') return callSteps + 2 * receiver.size;
  return callSteps + (name === 'contains' || name === 'indexOf' ? receiver.size + text.size : 0);
}

function built(extent: Extent, parts: readonly Growth[], more = 0): Growth {
  return { ...extent, work: step + extent.size + extent.items + more + workIn(parts) };
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
