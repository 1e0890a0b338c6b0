import type { Value } from './values/value.ts';

/** What the expressions of a template see. */
export interface Scope {
  readonly params: { readonly [name: string]: Value };
  readonly instance: { readonly id: string; readonly name: string; readonly sidecar: string; readonly native: boolean };
  readonly cluster: { readonly version: string };
  readonly injector: { readonly version: string; readonly image: string };
}

/** The fields of each variable; those of `params` differ from template to template. */
export type Fields = { readonly [variable: string]: ReadonlySet<string> };

export const scopeFields = {
  instance: new Set(['id', 'name', 'sidecar', 'native']),
  cluster: new Set(['version']),
  injector: new Set(['version', 'image']),
} as const satisfies Fields;
