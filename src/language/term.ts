/** The tree of an expression, as far as checks and closures need it. `cel.ts` makes it. */
export type Term =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly name: string }
  /** `a.name`, or `a["name"]`. */
  | { readonly kind: 'field'; readonly object: Term; readonly name: string }
  | { readonly kind: 'item'; readonly object: Term; readonly key: Term }
  | { readonly kind: 'choice'; readonly test: Term; readonly yes: Term; readonly no: Term }
  | { readonly kind: 'list'; readonly items: readonly Term[] }
  /** Keys and values, in turn. */
  | { readonly kind: 'map'; readonly parts: readonly Term[] }
  /** `list.map(variable, body)`. */
  | {
      readonly kind: 'loop';
      readonly name: string;
      readonly list: Term;
      readonly variable: string;
      readonly bodies: readonly Term[];
    }
  /** `cel.bind(variable, value, body)`. */
  | { readonly kind: 'bind'; readonly variable: string; readonly value: Term; readonly body: Term }
  | { readonly kind: 'method'; readonly name: string; readonly receiver: Term; readonly args: readonly Term[] }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly Term[] }
  /** With the operators `!_` and `-_` of one operand, and those of two as CEL writes them. */
  | { readonly kind: 'operator'; readonly operator: string; readonly operands: readonly Term[] };

/** Methods that evaluate an expression for each item of a list. */
export const loops: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** The terms that a term consists of. */
export function partsOf(term: Term): readonly Term[] {
  switch (term.kind) {
    case 'literal':
    case 'variable':
      return [];
    case 'field':
      return [term.object];
    case 'item':
      return [term.object, term.key];
    case 'choice':
      return [term.test, term.yes, term.no];
    case 'list':
      return term.items;
    case 'map':
      return term.parts;
    case 'loop':
      return [term.list, ...term.bodies];
    case 'bind':
      return [term.value, term.body];
    case 'method':
      return [term.receiver, ...term.args];
    case 'function':
      return term.args;
    case 'operator':
      return term.operands;
  }
}

/** A variable and the fields that follow it: `['params', 'repo']`; undefined for anything else. */
export function fixedPath(term: Term): readonly string[] | undefined {
  if (term.kind === 'variable') return [term.name];
  if (term.kind !== 'field') return undefined;
  const object = fixedPath(term.object);
  return object && [...object, term.name];
}
