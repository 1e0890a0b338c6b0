import { isCollection, isMap, isPair, isScalar, type Scalar } from 'yaml';

/** The keys that their map has already, in the order of the text. */
export function duplicateKeys(contents: unknown): readonly Scalar[] {
  const found: Scalar[] = [];
  const look = (node: unknown): void => {
    if (isPair(node)) {
      look(node.key);
      look(node.value);
    } else if (isCollection(node)) {
      const known = new Set<unknown>();
      for (const item of node.items) {
        if (isMap(node) && isPair(item) && isScalar(item.key)) {
          if (known.has(item.key.value)) found.push(item.key);
          known.add(item.key.value);
        }
        look(item);
      }
    }
  };
  look(contents);
  return found;
}
