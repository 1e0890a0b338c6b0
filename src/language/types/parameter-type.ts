import type { Extent } from '../cost.ts';
import type { DeclaredFields } from './fields.ts';
import type { Reader } from './value.ts';

/** What is wrong with a declaration, and in which of its fields. */
export interface DeclarationProblem {
  readonly key: keyof DeclaredFields;
  readonly message: string;
}

/** Everything that a parameter type decides. Each type is one file; `registry.ts` lists them. */
export interface ParameterType {
  /** The fields of a declaration that this type uses, apart from those that every parameter has. */
  readonly fields: readonly (keyof DeclaredFields)[];
  /** Checks the values of these fields. Without it, every value is fine. */
  readonly problems?: (declared: DeclaredFields) => readonly DeclarationProblem[];
  /** Compiles a declaration without problems to what reads the text of an annotation. */
  readonly reader: (declared: DeclaredFields) => Reader;
  /** A usable value, as text, for a declaration that has no example. */
  readonly sample: (declared: DeclaredFields) => string;
  /** The longest value that the reader accepts. */
  readonly longest: (declared: DeclaredFields) => Extent;
  /** What the docs show as the type, in Markdown. Without it, the name of the type. */
  readonly shown?: (declared: DeclaredFields) => string;
}
