/** @import { Snapshot, ProcessRow, ContainerRow } from '../processes/snapshot.ts' */

/**
 * How the list is shown. `folded` holds the keys of closed containers and branches.
 * @typedef {{ sort: SortKey, descending: boolean, filter: string, layout: Layout, folded: ReadonlySet<string> }} View
 * @typedef {'groups' | 'tree' | 'flat'} Layout `groups` and `tree` have a line for each container, `flat` has none
 * @typedef {'command' | 'group' | 'user' | 'pid' | 'state' | 'cpu' | 'rss' | 'share' | 'threads' | 'files' | 'age'} SortKey
 */

/**
 * One line of the list. `level` counts from 1; `open` is absent where there is nothing to fold; `faint` lines are shown
 * only because something below them matches the filter.
 * @typedef {{ key: string, level: number, open?: boolean, faint?: boolean, container: ContainerRow, process?: ProcessRow }} Line
 */

/**
 * @typedef {{ container: ContainerRow, all: ProcessRow[], shown: ProcessRow[] }} Group `shown` match the filter, in order
 */

/** Identifies a process for as long as it lives; its id alone may be used again. @param {ProcessRow} process */
export const keyOf = (process) => `${process.pid} ${process.started}`;

/** The lines to show, from top to bottom. @param {Snapshot} snapshot @param {View} view @returns {Line[]} */
export function linesOf(snapshot, view) {
  const matches = matcher(view.filter);
  const order = comparison(view);
  const members = Map.groupBy(snapshot.processes, (process) => process.container);
  const groups = snapshot.containers.flatMap((container) => {
    const all = members.get(container.id) ?? [];
    const shown = all.filter((process) => matches(process, container)).toSorted(order);
    return shown.length > 0 ? [{ container, all, shown }] : [];
  });
  const sorted = groups.toSorted(groupComparison(view));
  if (view.layout === 'flat') return flat(sorted, view);
  return sorted.flatMap(({ container, all, shown }) => {
    const open = !view.folded.has(container.id);
    const head = { key: container.id, level: 1, open, container };
    if (!open) return [head];
    if (view.layout === 'tree') return [head, ...branches(container, all, new Set(shown), view)];
    return [head, ...shown.map((process) => ({ key: keyOf(process), level: 2, container, process }))];
  });
}

/**
 * All processes in one order, whatever their container. @param {Group[]} groups @param {View} view @returns {Line[]}
 */
function flat(groups, view) {
  const lines = groups.flatMap(({ container, shown }) =>
    shown.map((process) => ({ key: keyOf(process), level: 1, container, process })),
  );
  // The groups already are in the containers' order.
  if (view.sort === 'group') return lines;
  const order = comparison(view);
  return lines.toSorted((a, b) => order(a.process, b.process));
}

/**
 * All words must occur in what is written on the line. @param {string} filter @returns {(process: ProcessRow,
 * container: ContainerRow) => boolean}
 */
function matcher(filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return ({ pid, user, name, command }, container) => {
    const text = `${pid} ${user} ${name} ${command} ${container.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/**
 * Orders processes of one container, or of all; equal ones by their id. @param {View} view @returns {(a: ProcessRow, b:
 * ProcessRow) => number}
 */
function comparison({ sort, descending }) {
  if (sort === 'group') return (a, b) => a.pid - b.pid;
  return (a, b) => compare(a[sort], b[sort], descending) || a.pid - b.pid;
}

/**
 * Orders containers by the figure that their own line shows, by their name, or by the first of their processes. Equal
 * ones stay in the snapshot's order: the app first.
 * @param {View} view @returns {(a: Group, b: Group) => number}
 */
function groupComparison({ sort, descending }) {
  /** @param {Group} group */
  const value = ({ container, shown }) => {
    if (sort === 'command' || sort === 'group') return container.name;
    if (sort === 'cpu' || sort === 'rss' || sort === 'share' || sort === 'threads') return container[sort];
    return shown[0]?.[sort] ?? null;
  };
  return (a, b) => compare(value(a), value(b), descending);
}

/**
 * What is not known comes last in both directions. @param {string | number | null} a @param {string | number | null} b
 * @param {boolean} descending
 */
function compare(a, b, descending) {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : byName.compare(String(a), String(b));
  return descending ? -order : order;
}

/** User ids that have no name sort as numbers. */
const byName = new Intl.Collator('en', { numeric: true });

/**
 * The processes of a container under their parents, siblings in order.
 * @param {ContainerRow} container @param {ProcessRow[]} all @param {ReadonlySet<ProcessRow>} shown @param {View} view @returns {Line[]}
 */
function branches(container, all, shown, view) {
  const byPid = new Map(all.map((process) => [process.pid, process]));
  const needed = withAncestors(shown, byPid);
  const below = Map.groupBy(needed, (process) => {
    const parent = byPid.get(process.parent);
    return parent && parent !== process ? parent.pid : 0;
  });
  const order = comparison(view);
  /** @type {Line[]} */
  const lines = [];
  /** @param {number} parent @param {number} level */
  const grow = (parent, level) => {
    for (const process of (below.get(parent) ?? []).toSorted(order)) {
      const key = keyOf(process);
      const line = { key, level, container, process, faint: !shown.has(process) };
      const open = !view.folded.has(key);
      lines.push(below.has(process.pid) ? { ...line, open } : line);
      if (open && below.has(process.pid)) grow(process.pid, level + 1);
    }
  };
  grow(0, 2);
  return lines;
}

/** @param {ReadonlySet<ProcessRow>} shown @param {ReadonlyMap<number, ProcessRow>} byPid */
function withAncestors(shown, byPid) {
  const needed = new Set(shown);
  for (const process of needed) {
    const parent = byPid.get(process.parent);
    if (parent) needed.add(parent);
  }
  return needed;
}
