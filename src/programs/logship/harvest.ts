import { statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Say } from '../kit/log.ts';
import type { Entry } from './entry.ts';
import { findFiles, openWithin, type Pattern } from './find.ts';
import type { Begins } from './lines.ts';
import { type EditionPiece, followFile, type Mark, type Tail } from './tail.ts';

export interface HarvestSettings {
  /** Where the shared folder is mounted here, and what it is to the app. */
  readonly root: string;
  readonly folder: string;
  readonly patterns: readonly Pattern[];
  readonly begins: Begins;
  /** Goes before the identity of each entry. */
  readonly origin: string;
}

/** Entries, and what to call when the receiver has them. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** Was there more than fits? */
  readonly full: boolean;
  taken(): void;
}

export interface Harvest {
  /**
   * Opens new files, lets go of those that are gone and read. Opening early matters: what is open can be deleted, not lost.
   * Says whether there were new ones, which are to be remembered before anything of them is sent.
   */
  look(now: number): boolean;
  /** The next entries of all files in turn. */
  gather(now: number): Batch;
  /** After the app: whatever is left, also lines without an end. */
  finish(): void;
  /** What is to be remembered. */
  marks(): Mark[];
}

interface Followed {
  readonly tail: Tail;
  readonly ready: EditionPiece[];
  /** Since when it matches no more, or is no more. */
  gone: number | undefined;
}

/** How much is sent at once, and the milliseconds that a file is still read after it was renamed or deleted. */
const [mostEntries, mostCharacters, farewell] = [1000, 1_000_000, 5000];

export function createHarvest(settings: HarvestSettings, marks: readonly Mark[], say: Say): Harvest {
  const { root, folder, patterns, begins, origin } = settings;
  const remembered = new Map(marks.map((mark) => [mark.identity, mark]));
  const followed = new Map<string, Followed>();
  const complaints = new Set<string>();
  let clock = 0n;
  let [turn, opened] = [0, 0];

  function open(path: string): string | undefined {
    try {
      const { dev, ino } = statSync(join(root, path));
      if (followed.has(`${dev}:${ino}`)) return `${dev}:${ino}`;
      const file = openWithin(root, path);
      complaints.delete(path);
      if (!file) return undefined;
      const tail = followFile(file, `${folder}/${path}`, begins, remembered.get(file.identity));
      followed.set(file.identity, { tail, ready: [], gone: undefined });
      opened += 1;
      remembered.delete(file.identity);
      return file.identity;
    } catch (error) {
      if (!complaints.has(path))
        say('warn', 'a file cannot be read', { file: `${folder}/${path}`, why: messageOf(error) });
      complaints.add(path);
      return undefined;
    }
  }

  function next(each: Followed, now: number): EditionPiece | undefined {
    if (each.ready.length === 0) each.ready.push(...each.tail.read(now));
    return each.ready.shift();
  }

  function entryOf({ tail }: Followed, { text, start, edition }: EditionPiece): Entry {
    const time = BigInt(Date.now()) * 1_000_000n;
    clock = time > clock ? time : clock + 1n;
    return { file: tail.file, text, time: clock, id: `${origin}:${tail.identity}:${edition}:${start}` };
  }

  return {
    look(now) {
      const before = opened;
      const present = new Set(findFiles(root, patterns).map(open));
      for (const [identity, each] of followed) {
        if (present.has(identity)) each.gone = undefined;
        else if (each.gone === undefined) each.gone = now;
        else if (now - each.gone > farewell && each.tail.atEnd() && each.ready.length === 0) {
          each.ready.push(...each.tail.finish());
          if (each.ready.length > 0) continue;
          each.tail.close();
          followed.delete(identity);
        }
      }
      return opened > before;
    },
    gather(now) {
      const entries: Entry[] = [];
      const reached: { tail: Tail; end: number; edition: string }[] = [];
      let characters = 0;
      const files = [...followed.values()];
      turn += 1;
      for (let i = 0; i < files.length; i++) {
        const each = files[(i + turn) % files.length];
        for (let piece = each && next(each, now); each && piece; piece = next(each, now)) {
          entries.push(entryOf(each, piece));
          reached.push({ tail: each.tail, end: piece.end, edition: piece.edition });
          characters += piece.text.length;
          if (entries.length >= mostEntries || characters >= mostCharacters) break;
        }
        if (entries.length >= mostEntries || characters >= mostCharacters) break;
      }
      const full = entries.length >= mostEntries || characters >= mostCharacters;
      return { entries, full, taken: () => reached.forEach(({ tail, end, edition }) => void tail.taken(end, edition)) };
    },
    finish() {
      for (const { ready, tail } of followed.values()) ready.push(...tail.finish());
    },
    marks: () => [...followed.values()].map(({ tail }) => tail.mark()),
  };
}
