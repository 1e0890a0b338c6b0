import type { Entry } from './entry.ts';
import type { Followed, Following } from './follow.ts';
import { type InterpretSettings, interpret } from './interpret.ts';
import type { Piece } from './lines.ts';
import type { Mark, Tail } from './tail.ts';

export interface HarvestSettings extends InterpretSettings {
  /** Goes before the identity of each entry. */
  readonly origin: string;
  /** Whether an entry with that text is shipped. */
  readonly keeps: (text: string) => boolean;
}

/** Entries, and what to call when the receiver has them. */
export interface Batch {
  readonly entries: readonly Entry[];
  /** How many were read, including those that are not shipped. */
  readonly read: number;
  /** Was there more than fits? */
  readonly full: boolean;
  /**
   * Some are of a file, or of an edition of it, that the marks did not have yet: note these before the batch is sent.
   */
  readonly fresh: boolean;
  taken(): void;
}

export interface Harvest {
  /** The next entries of all files in turn. */
  gather(now: number): Batch;
  /** After the app: whatever is left, also lines without an end. */
  finish(): void;
  /** What is to be remembered. */
  marks(): Mark[];
}

/** How much is sent at once. */
const [mostEntries, mostCharacters] = [1000, 1_000_000];

/** In nanoseconds. */
const second = 1_000_000_000n;

/** Reads entries from the files that are followed. */
export function createHarvest(following: Following, settings: HarvestSettings): Harvest {
  const { origin, keeps } = settings;
  /** The edition of each file that was remembered last. */
  let remembered = new Map<string, string>();
  let clock = 0n;
  let turn = 0;

  function entryOf({ file, identity }: Tail, piece: Piece): Entry {
    const now = Date.now();
    const time = BigInt(now) * 1_000_000n;
    // A clock that is set back is followed: receivers refuse lines from the future.
    clock = time > clock || time < clock - second ? time : clock + 1n;
    const { text, start, edition } = piece;
    return {
      file,
      text,
      time: clock,
      id: `${origin}:${identity}:${edition}:${start}`,
      ...interpret(settings, piece, now),
    };
  }

  return {
    gather(now) {
      const entries: Entry[] = [];
      const reached = new Map<Tail, Piece>();
      let [read, characters] = [0, 0];
      const isFull = () => read >= mostEntries || characters >= mostCharacters;

      function drain(each: Followed): void {
        let count = 0;
        for (; count < each.ready.length && !isFull(); count++) {
          const piece = each.ready[count] as Piece; // within the bounds
          if (keeps(piece.text)) entries.push(entryOf(each.tail, piece));
          reached.set(each.tail, piece);
          read += 1;
          characters += piece.text.length;
        }
        each.ready = each.ready.slice(count);
      }

      const files = following.all();
      // What was read already comes first, so that only one file at a time has more in memory than fits.
      for (const each of files) drain(each);
      turn += 1;
      for (let i = 0; i < files.length; i++) {
        const each = files[(i + turn) % files.length] as Followed; // within the bounds
        while (!isFull() && each.ready.length === 0 && !each.idle) {
          each.ready = each.tail.read(now);
          if (each.ready.length === 0) break;
          drain(each);
        }
      }
      const fresh = [...reached.keys()].some((tail) => remembered.get(tail.identity) !== tail.edition());
      return {
        ...{ entries, read, fresh, full: isFull() },
        taken: () => reached.forEach(({ end, edition }, tail) => void tail.taken(end, edition)),
      };
    },
    finish() {
      for (const each of following.all()) each.ready = [...each.ready, ...each.tail.finish()];
    },
    marks() {
      const marks = following.marks();
      remembered = new Map(marks.map(({ identity, edition }) => [identity, edition]));
      return marks;
    },
  };
}
