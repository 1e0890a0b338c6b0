/** @import { Snapshot, ProcessRow, ContainerRow } from '../processes/snapshot.ts' */

/**
 * How the list is looked at. `sort` is a figure of a process, `folded` holds the keys of closed containers and branches.
 * @typedef {{ sort: SortKey, descending: boolean, filter: string, tree: boolean, folded: ReadonlySet<string> }} View
 * @typedef {'command' | 'pid' | 'state' | 'cpu' | 'rss' | 'share' | 'threads' | 'files' | 'age'} SortKey
 */

/**
 * One line of the list. `level` counts from 1 (containers); `open` is absent where there is nothing to fold;
 * `faint` lines are there only because something below them matches the filter.
 * @typedef {{ key: string, level: number, open?: boolean, faint?: boolean, container: ContainerRow, process?: ProcessRow }} Line
 */

/** A process for as long as it lives; its id alone may be used again. @param {ProcessRow} process */
export const keyOf = (process) => `${process.pid} ${process.started}`;

/** The lines to show, containers first to last, below each its processes. @param {Snapshot} snapshot @param {View} view @returns {Line[]} */
export function linesOf(snapshot, view) {
  const matches = matcher(view.filter);
  const members = Map.groupBy(snapshot.processes, (process) => process.container);
  return snapshot.containers.flatMap((container) => {
    const all = members.get(container.id) ?? [];
    const shown = all.filter((process) => matches(process, container));
    if (shown.length === 0) return [];
    const open = !view.folded.has(container.id);
    const head = { key: container.id, level: 1, open, container };
    if (!open) return [head];
    const order = comparison(view);
    if (view.tree) return [head, ...branches(container, all, new Set(shown), view)];
    return [head, ...shown.toSorted(order).map((process) => ({ key: keyOf(process), level: 2, container, process }))];
  });
}

/** All words must occur in what is written on the line. @param {string} filter @returns {(process: ProcessRow, container: ContainerRow) => boolean} */
function matcher(filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (process, container) => {
    const text = `${process.pid} ${process.name} ${process.command} ${container.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** @param {View} view @returns {(a: ProcessRow, b: ProcessRow) => number} */
export function comparison({ sort, descending }) {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [a[sort], b[sort]];
    // What is not known comes last, whichever way.
    if (left === null || right === null) return Number(left === null) - Number(right === null) || a.pid - b.pid;
    const order = typeof left === 'string' ? left.localeCompare(String(right)) : Number(left) - Number(right);
    return sign * order || a.pid - b.pid;
  };
}

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
