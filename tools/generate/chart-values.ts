import { isMap, isNode, isScalar, type Pair, parseDocument } from 'yaml';

/** One value of the chart, as values.yaml documents it. */
export interface ChartValue {
  /** With dots, as `--set` takes it. */
  readonly path: string;
  readonly default: unknown;
  readonly description: string;
  readonly section: string;
}

/** A line that begins a section: `## Title` in the file, of which the parser takes one `#` away. */
const sectionLine = /^# (.+)$/m;

/**
 * All values, in the order of values.yaml. What has a comment of its own is one value, whatever is in it; what has none
 * is a group of values.
 * @throws when a value has no comment, so that none stays undocumented
 */
export function chartValues(text: string): readonly ChartValue[] {
  const values: ChartValue[] = [];
  let section = '';
  /** `comment` is what the parser has put on the map instead of its first key. */
  const read = (pairs: readonly Pair[], above: string, first: string | null | undefined) => {
    for (const [i, { key, value }] of pairs.entries()) {
      if (!isScalar(key)) throw new Error('values.yaml: a key is not a text');
      const comment = key.commentBefore ?? (i === 0 ? first : undefined) ?? '';
      section = sectionLine.exec(comment)?.[1] ?? section;
      const path = `${above}${key.value}`;
      const last = comment.split(/\n\s*\n/).at(-1) ?? '';
      const description = sectionLine.test(last) ? '' : last.replace(/\s+/g, ' ').trim();
      if (description !== '') values.push({ path, default: toJs(value), description, section });
      else if (isMap(value)) read(value.items, `${path}.`, value.commentBefore);
      else throw new Error(`values.yaml: ${path} needs a comment that describes it`);
    }
  };
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('values.yaml is not a map');
  read(contents.items, '', contents.commentBefore);
  return values;
}

function toJs(value: unknown): unknown {
  return isNode(value) ? value.toJSON() : value;
}
