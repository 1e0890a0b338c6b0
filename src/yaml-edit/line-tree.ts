import type { Json } from '../core/json.ts';

/** A value as `readLines` gives it, with where its text is. */
export type LineNode = LineMap | LineList | LineFlow | LineScalar;

/** A map in block style. */
export interface LineMap {
  readonly kind: 'map';
  readonly value: Record<string, Json>;
  readonly from: number;
  readonly items: LinePair[];
}

/** A key, which ends at its colon, and its value: undefined where nothing is behind the colon. */
export interface LinePair {
  readonly key: LineScalar<string>;
  readonly node: LineNode | undefined;
}

/** A list in block style. */
export interface LineList {
  readonly kind: 'list';
  readonly value: Json[];
  readonly from: number;
  readonly items: LineItem[];
}

/** Where the dash of an item is, and its value: undefined where nothing is behind the dash. */
export interface LineItem {
  readonly dash: number;
  readonly node: LineNode | undefined;
}

/** A map or a list on one line, in braces or brackets. */
export interface LineFlow {
  readonly kind: 'flow';
  readonly value: Record<string, Json> | Json[];
  readonly from: number;
  readonly to: number;
  /** The items of a list have no keys. */
  readonly items: { readonly key?: LineScalar<string>; readonly node: LineFlow | LineScalar }[];
}

/** A scalar: unquoted, in quotes, or a literal block. */
export interface LineScalar<T extends Json = Json> {
  readonly kind: 'plain' | 'single' | 'double' | 'literal';
  readonly value: T;
  readonly from: number;
  readonly to: number;
}

/** What is thrown at the first thing that is not common. */
export const uncommon = new Error('This is not a common document.');
