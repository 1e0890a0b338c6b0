import { type Document, isCollection, isNode, visit } from 'yaml';

/** What is wrong with a document, and where in its text. */
export interface Problem {
  readonly position: number;
  readonly message: string;
  readonly fix: string;
  /** Further problems that can be told together with this one. */
  readonly also?: readonly Problem[];
}

/** The problem of text that is YAML, but no JSON can be made of: a lost or circular alias, or a key that is no scalar. */
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
        return found(alias, `The alias *${source} has no anchor.`, `Write &${source} before it.`);
      const around = path.some((node) => isNode(node) && 'anchor' in node && node.anchor === source);
      return around
        ? found(alias, `The alias *${source} stands inside its own anchor.`, 'Write out what is meant.')
        : undefined;
    },
    Pair(_, { key }) {
      if (isCollection(key))
        return found(key, 'A key is a map or a list, and Kubernetes knows only strings.', 'Put quotes around it.');
      return undefined;
    },
  });
  return problem;
}

/**
 * How many values there are when everything that is shared is counted at each place where it appears, at most about
 * the limit. Each shared object is counted once and remembered, so the work is that of the file, not of what it unfolds to.
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
