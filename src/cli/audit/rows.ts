import { titleOf } from '../../core/title.ts';
import type { Recreated } from '../../engine/explain/recreate.ts';
import { Unreadable } from '../cluster/open-cluster.ts';
import type { Owner } from '../cluster/owners.ts';

/** A pod of a cluster with what is said of it. */
export interface Said<Item> {
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner;
  readonly findings: readonly Item[];
}

/** What is the same for some of the pods of an owner. */
export interface Row<Item> {
  readonly namespace: string;
  readonly owner: Owner;
  readonly finding: Item;
  /** The names of the pods. */
  readonly pods: readonly string[];
}

/** All rows, what the generator returned at its end, and how many pods it gave. */
export interface Rows<Item, Totals> {
  readonly rows: readonly Row<Item>[];
  readonly totals: Totals;
  readonly differing: number;
}

/** The pods by owner and by what is said of them, ordered by namespace and owner; or why they cannot be read. */
export function readRows<Item, Totals>(
  pods: Generator<Said<Item>, Totals>,
): Rows<Item, Totals> | { readonly failure: string } {
  try {
    return rowsOf(pods);
  } catch (error) {
    if (error instanceof Unreadable) return { failure: error.message };
    throw error;
  }
}

function rowsOf<Item, Totals>(pods: Generator<Said<Item>, Totals>): Rows<Item, Totals> {
  const rows = new Map<string, Row<Item> & { readonly pods: string[] }>();
  let differing = 0;
  let next = pods.next();
  for (; !next.done; next = pods.next()) {
    const { namespace, name, owner, findings } = next.value;
    differing += 1;
    for (const finding of findings) {
      const key = `${namespace} ${owner.uid} ${JSON.stringify(finding)}`;
      const row = rows.get(key);
      if (row) row.pods.push(name);
      else rows.set(key, { namespace, owner, finding, pods: [name] });
    }
  }
  const sorted = [...rows.values()]
    .map((row) => ({ row, order: `${row.namespace}\0${titleOf(row.owner.kind, row.owner.name)}` }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  return { rows: sorted.map(({ row }) => row), totals: next.value, differing };
}

/** What makes the pods of a row anew. */
export function recreated({ namespace, owner, pods }: Row<unknown>): Recreated {
  const [first] = pods;
  const title = pods.length === 1 ? `pod/${first}` : 'each of these pods';
  if (owner.kind === 'Pod') return { namespace, title };
  return { namespace, title, live: { owner: { title: titleOf(owner.kind, owner.name), kind: owner.kind } } };
}

/** What is said where there are no pods. */
export function noPods(namespace: string | undefined): string {
  return `No running pods${namespace === undefined ? '' : ` in ${namespace}`}, or none with these labels.`;
}
