import { type Document, isCollection, isNode, visit } from 'yaml';

/** A problem with a document, and its position in the text. */
export interface Problem {
  readonly position: number;
  readonly message: string;
  readonly fix: string;
  /** Problems to report together with this one. */
  readonly also?: readonly Problem[];
}

/** The problem of valid YAML that is not JSON: an unknown or circular alias, or a key that is not a scalar. */
export function problemOf(document: Document): Problem | undefined {
  const anchors = new Set<string>();
  let problem: Problem | undefined;
  const found = (node: unknown, message: string, fix: string) => {
    problem = { position: (isNode(node) && node.range?.[0]) || 0, message, fix };
    return visit.BREAK;
  };
  visit(document, {
    Value(_, node) {
      if (node.anchor) anchors.add(node.anchor);
    },
    Alias(_, alias, path) {
      const { source } = alias;
      if (!anchors.has(source))
        return found(alias, `The alias *${source} has no anchor.`, `Define &${source} before it.`);
      const around = path.some((node) => isNode(node) && 'anchor' in node && node.anchor === source);
      return around ? found(alias, `The alias *${source} is inside its own anchor.`, 'Remove the alias.') : undefined;
    },
    Pair(_, { key }) {
      if (isCollection(key))
        return found(key, 'A key is a map or a list. Keys must be strings.', 'Put the key in quotes.');
      return undefined;
    },
  });
  return problem;
}

/**
 * How many values a value has when shared ones count wherever they appear, or a number above the limit. Each shared
 * object is counted once and remembered, so the time depends on the size of the file, not on the result.
 */
export function expandedSize(root: unknown, limit: number): number {
  const known = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const size = known.get(value);
    if (size !== undefined) return size;
    known.set(value, Number.POSITIVE_INFINITY);
    let total = 1;
    for (const child of Object.values(value)) {
      total += sizeOf(child);
      if (total > limit) break;
    }
    known.set(value, total);
    return total;
  };
  return sizeOf(root);
}
