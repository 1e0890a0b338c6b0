import { closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/message-of.ts';
import type { Say } from '../kit/log.ts';
import { type Found, findFiles, findOthers, isDenied, type Pattern } from './find.ts';
import type { Begins, Piece } from './lines.ts';
import { identityOf, openWithin } from './open-file.ts';
import { followFile, isAbout, type Mark, type Tail } from './tail.ts';

export interface FollowSettings {
  /** Where the shared folder is mounted here, and what it is to the app. */
  readonly root: string;
  readonly folder: string;
  readonly patterns: readonly Pattern[];
  readonly begins: Begins;
}

/** A file that is open, and what was read of it and not sent yet. */
export interface Followed {
  readonly tail: Tail;
  ready: readonly Piece[];
  /** Was there nothing to read at the last look, and had there been nothing for a while? Then it need not be read. */
  idle: boolean;
  /** Since when it has another name that does not match, or no name. */
  gone: number | undefined;
}

/** The files that are open. */
export interface Following {
  /**
   * Opens new files and lets go of those that are gone. Opening early matters: a file that is open can be deleted, not
   * lost. With `everywhere`, no file is taken for idle.
   */
  look(now: number, everywhere: boolean): void;
  all(): readonly Followed[];
  /** What is to be remembered. */
  marks(): Mark[];
}

/** Milliseconds that a file is still read after it was renamed or deleted. */
const farewell = 5000;

/** Files that are open at the same time, and marks of others that are kept. */
const [mostFiles, mostMarks] = [10_000, 1000];

/** Files at most of which one look finds out whether they are idle. */
const mostChecks = 2500;

/** What to do where the owner of files keeps them from the sidecar. */
const denial =
  'permission denied: set sidecar.io/logs-user to the user that writes the files, or sidecar.io/logs-group to their group';

/** Files that a warning names; the log would grow without end otherwise. */
const mostWarnings = 100;

/** Follows the files that match, from where the marks say. */
export function createFollowing(settings: FollowSettings, marks: readonly Mark[], say: Say): Following {
  const { root, folder, patterns, begins } = settings;
  /** Marks of files that are not open: those of the last run, and of files that were let go. */
  const others = new Map(marks.map((mark) => [mark.identity, mark]));
  const followed = new Map<string, Followed>();
  const warned = new Set<string>();
  /** What was found last; undefined where some of that is still to be opened. */
  let found: Found | undefined;
  let isFirst = true;
  let looks = 0;

  function warn(path: string, why: string): void {
    if (warned.has(path) || warned.size > mostWarnings) return;
    warned.add(path);
    if (warned.size <= mostWarnings) say('warn', 'a file cannot be read', { file: `${folder}/${path}`, why });
    else say('warn', 'more files cannot be read', { named: mostWarnings });
  }

  /** Gives the identity of a file that is open then. With `renamed`, only a file is opened that a mark is about. */
  function open(path: string, renamed = false): string | undefined {
    try {
      const identity = identityOf(statSync(join(root, path), { bigint: true }));
      if (followed.has(identity)) return identity;
      const marked = others.get(identity);
      if (renamed && (!marked || marked.done)) return undefined;
      if (followed.size >= mostFiles)
        return void warn('', `more than ${mostFiles} files match; the others wait until files are deleted or renamed`);
      const file = openWithin(root, path);
      if (!file) return void warn(path, 'it is not a plain file within the folder');
      warned.delete(path);
      const mark = others.get(file.identity);
      // The path may have become another file since.
      if (followed.has(file.identity) || (renamed && !(mark && isAbout(mark, file)))) closeSync(file.fd);
      else {
        followed.set(file.identity, {
          tail: followFile(file, `${folder}/${path}`, begins, mark),
          ...{ ready: [], idle: false, gone: undefined },
        });
        others.delete(file.identity);
      }
      return file.identity;
    } catch (error) {
      found = undefined;
      // Without a warning for a file that has gone since, or a link to one that is not there yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(path, isDenied(error) ? denial : messageOf(error));
      return undefined;
    }
  }

  /** Opens files that got another name while nobody looked; they are read to their end, as if that had been seen. */
  function openRenamed(): void {
    if ([...others.values()].every(({ done }) => done)) return;
    for (const path of findOthers(root, patterns)) open(path, true);
  }

  function letGo(identity: string, each: Followed): void {
    // What is left at the end may be a line without an end.
    each.ready = [...each.ready, ...each.tail.finish()];
    if (!each.tail.isTaken()) return;
    each.tail.close();
    followed.delete(identity);
    found = undefined; // one more can be opened
    others.set(identity, { ...each.tail.mark(), done: true });
  }

  /** Opens what is new, and notes what is gone. */
  function find(now: number): void {
    found = findFiles(root, patterns);
    for (const path of found.denied) warn(path, denial);
    const present = new Set<string | undefined>();
    for (const path of found.paths) present.add(open(path));
    if (isFirst) openRenamed();
    isFirst = false;
    for (const [identity, each] of followed) each.gone = present.has(identity) ? undefined : (each.gone ?? now);
  }

  return {
    look(now, everywhere) {
      if (!found?.isCurrent()) find(now);
      looks += 1;
      const turns = Math.ceil(followed.size / mostChecks);
      let count = looks;
      for (const [identity, each] of followed) {
        count += 1;
        if (everywhere || each.gone !== undefined) each.idle = false;
        else if (count % turns === 0) each.idle = each.tail.isIdle();
        if (each.gone !== undefined && now - each.gone > farewell && each.tail.atEnd()) letGo(identity, each);
      }
    },
    all: () => [...followed.values()],
    marks: () => [...[...others.values()].slice(-mostMarks), ...[...followed.values()].map(({ tail }) => tail.mark())],
  };
}
