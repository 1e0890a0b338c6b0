import type { Flag } from './read-flags.ts';

/** The flags of a table that have these names, in the order of the table. */
export function pick<Table extends readonly Flag[], Name extends Table[number]['name']>(
  table: Table,
  ...names: readonly Name[]
): Extract<Table[number], { name: Name }>[] {
  const chosen: readonly string[] = names;
  return table.filter((flag): flag is Extract<Table[number], { name: Name }> => chosen.includes(flag.name));
}
