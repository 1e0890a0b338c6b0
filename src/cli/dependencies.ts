import type { Catalog } from '../catalog/catalog.ts';
import type { Problem } from '../core/problem.ts';
import type { InjectorFacts } from '../state/state.ts';

/** What the commands need from the program that runs them. */
export interface InjectDependencies {
  readonly loadCatalog: (folders: readonly string[]) => {
    readonly catalog: Catalog;
    readonly problems: readonly Problem[];
  };
  readonly injector: InjectorFacts;
  /** Runs kubectl with these arguments and this input, for so many milliseconds at most. */
  readonly kubectl: (
    args: readonly string[],
    input?: string,
    limit?: number,
  ) => { readonly bytes: Uint8Array } | { readonly message: string };
  /** The text of docs/problems.md. */
  readonly problemsPage: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits, without anything else going on. */
  readonly pause: (milliseconds: number) => void;
}
