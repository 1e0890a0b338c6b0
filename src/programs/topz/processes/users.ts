import type { ProcFolder } from '../proc/folder.ts';

/** Files of which the names are kept; more than that many different ones are rare, and are read again. */
const filesMax = 100;

/** Bytes of a user list that are read: some thousand users. */
const bytesMax = 64 * 1024;

/**
 * The effective user id of a process from its `/proc/<pid>/status`, as topz' own user namespace counts; `null` when
 * that cannot be read.
 */
export function userId(status: string): number | null {
  const id = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  return id === undefined ? null : Number(id);
}

/**
 * Finds the names of users: as the /etc/passwd in the root directory of their own process has them, because each
 * container has its own. The kernel lets topz look there only for processes of its own user (ptrace(2), access mode
 * checking); for others, and for users without a name, it is the id as text.
 */
export function createUsers(proc: ProcFolder): (pid: number, id: number | null) => string {
  const files = new Map<string, ReadonlyMap<number, string>>();

  return (pid, id) => {
    if (id === null) return '';
    const path = `${pid}/root/etc/passwd`;
    const identity = proc.identity(path);
    if (identity === undefined) return String(id);
    let names = files.get(identity);
    if (!names) {
      if (files.size >= filesMax) files.clear();
      names = parseUsers(proc.text(path, bytesMax) ?? '');
      files.set(identity, names);
    }
    return names.get(id) ?? String(id);
  };
}

/** A line of passwd(5). The container's owner writes this file, so only what looks like a name counts as one. */
const entry = /^([A-Za-z_][\w.-]{0,31}\$?):[^:\n]*:(\d{1,10}):\d{1,10}:[^:\n]*:[^:\n]*:[^:\n]*$/gm;

/** Names by id; of two names for one id the first counts, as for the C library. */
export function parseUsers(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [, name = '', id] of text.matchAll(entry)) if (!names.has(Number(id))) names.set(Number(id), name);
  return names;
}
