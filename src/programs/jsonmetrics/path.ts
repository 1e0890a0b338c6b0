/** Where in a document values are: names of fields, indexes of lists, and once at most `*`, every field or element. */
export type Path = readonly (string | number)[];

/** A value in the app's answer: its name for Prometheus, and where it is, as written and as read. */
export interface Metric {
  readonly name: string;
  readonly text: string;
  readonly path: Path;
}

export interface Sample {
  /** The field, or the index of the element, that `*` stands for. */
  readonly key?: string;
  readonly value: number;
}

export interface Picked {
  readonly samples: readonly Sample[];
  /** How many values are not there, or are no numbers. */
  readonly left: number;
}

const form = /^(?:[\w@$:/%-]+|\*|\[\d{1,6}\])(?:\.(?:[\w@$:/%-]+|\*)|\[\d{1,6}\])*$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A `*` gives so many samples at most: each one is a series for Prometheus to keep. */
const mostSamples = 1000;

/** Reads `queue.depth`, `workers[0].busy` or `statuses.*`. */
export function parsePath(text: string): Path | undefined {
  if (!form.test(text) || text.split('*').length > 2) return undefined;
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) => (index === undefined ? name : Number(index)));
}

/** The numbers that a document has at this path. */
export function pick(document: unknown, path: Path): Picked {
  const star = path.indexOf('*');
  if (star >= 0) return pickEach(follow(document, path.slice(0, star)), path.slice(star + 1));
  const value = numberOf(follow(document, path));
  return value === undefined ? { samples: [], left: 1 } : { samples: [{ value }], left: 0 };
}

/** Without a list of what there is: an answer may consist of half a million elements. */
function pickEach(parent: unknown, rest: Path): Picked {
  const samples: Sample[] = [];
  let left = 0;
  const look = (key: string | number, child: unknown) => {
    const value = samples.length < mostSamples ? numberOf(follow(child, rest)) : undefined;
    const name = value === undefined ? '' : String(key);
    if (value !== undefined && name.isWellFormed()) samples.push({ key: name, value });
    else left += 1;
  };
  if (typeof parent !== 'object' || parent === null) left = 1;
  else if (Array.isArray(parent)) for (let i = 0; i < parent.length; i++) look(i, parent[i]);
  else for (const key in parent) look(key, Reflect.get(parent, key));
  return { samples, left };
}

function follow(document: unknown, path: Path): unknown {
  let content = document;
  for (const step of path) {
    if (typeof content !== 'object' || content === null) return undefined;
    if (Array.isArray(content) !== (typeof step === 'number') || !Object.hasOwn(content, step)) return undefined;
    content = Reflect.get(content, step);
  }
  return content;
}

/** Numbers, truth as 1 and 0, and texts that are numbers. */
function numberOf(content: unknown): number | undefined {
  if (typeof content === 'boolean') return content ? 1 : 0;
  const value = typeof content === 'string' && decimal.test(content) ? Number(content) : content;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
