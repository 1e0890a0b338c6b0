import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

/** `filling` until the first content is complete; `telling` from a change until the app knows of it. */
export type Phase = 'filling' | 'telling' | 'settled';

interface State {
  readonly phase: Phase;
  /** The names of the files that are ours. */
  readonly files: readonly string[];
  /** When the last change was complete, in milliseconds since the machine was booted: that clock is never set. */
  readonly changed: number;
}

export interface Changes {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

export interface Target {
  phase(): Phase;
  /** When the last change was complete, in milliseconds since the machine was booted: that clock is never set. */
  changed(): number;
  /** Writes these files into the app's folder, and records whether the app has to be notified. */
  fill(files: ReadonlyMap<string, Buffer>, tell: boolean): Changes;
  /** The app knows. */
  settle(): void;
}

/**
 * The volume that is shared with the app, which sees its folder `files` only. A file is written beside that folder and
 * renamed into it, so nobody ever reads half of one. What the app itself puts there is left alone: the file `state`
 * says what is ours, before and after each change, so a run that is killed is finished by the next one.
 */
export function openTarget(root: string, mode: number): Target {
  const folder = join(root, 'files');
  const stage = join(root, 'stage');
  const stateFile = join(root, 'state');

  let state = recall(stateFile);

  function note(next: State): void {
    place(stateFile, Buffer.from(JSON.stringify(next)), 0o644);
    state = next;
  }

  function place(path: string, content: Buffer, mode: number): void {
    rmSync(stage, { force: true });
    writeFileSync(stage, content, { mode, flag: 'wx' });
    chmodSync(stage, mode); // whatever the umask takes away
    if (statusOf(path)?.isDirectory()) rmSync(path, { recursive: true });
    renameSync(stage, path);
  }

  return {
    phase: () => state.phase,
    changed: () => state.changed,
    fill(files, tell) {
      openFolder(folder);
      const names = [...files.keys()];
      const written = names.filter((name) => !holds(join(folder, name), files.get(name)));
      const removed = state.files.filter((name) => !files.has(name));
      const quiet = !tell || state.phase === 'filling';
      const news = written.length > 0 || removed.length > 0;
      const union = [...new Set([...state.files, ...names])];
      if (news) note({ ...state, phase: quiet ? 'filling' : 'telling', files: union });
      for (const name of written) place(join(folder, name), files.get(name) ?? Buffer.alloc(0), mode);
      for (const name of removed) rmSync(join(folder, name), { recursive: true, force: true });
      // A run that was killed may have changed files at any time since.
      const changed = state.phase === 'settled' ? state.changed : sinceBoot();
      note({ phase: quiet ? 'settled' : state.phase, files: names, changed });
      return { written, removed };
    },
    settle: () => note({ ...state, phase: 'settled' }),
  };
}

/** After a crash of the node the state may be empty or truncated. The app is then notified once too often. */
function recall(stateFile: string): State {
  if (!statusOf(stateFile)) return { phase: 'filling', files: [], changed: 0 };
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch {
    return { phase: 'telling', files: [], changed: sinceBoot() };
  }
}

/**
 * Open to all, as the app may run as another user and keep files of its own there; the group's bit of the volume stays.
 */
function openFolder(folder: string): void {
  if (!statusOf(folder)) mkdirSync(folder);
  const { mode } = statSync(folder);
  if ((mode & 0o777) !== 0o777) chmodSync(folder, (mode & 0o7777) | 0o777);
}

/** Is this a plain file with that content? The app may have put anything in its place, also what we cannot read. */
function holds(path: string, content: Buffer | undefined): boolean {
  if (!content || !statusOf(path)?.isFile()) return false;
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

function statusOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

const sinceBoot = () => uptime() * 1000;
