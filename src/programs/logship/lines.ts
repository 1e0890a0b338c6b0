/** A piece of a file that makes an entry; `start` and `end` are positions in the file. */
export interface Piece {
  readonly text: string;
  /** The edition of the file that it is from. */
  readonly edition: string;
  readonly start: number;
  readonly end: number;
}

/** Whether an entry begins with this line. */
export type Begins = (line: string) => boolean;

/** Bytes of an entry at most: receivers refuse longer ones (Loki from 256 KB). What is longer is cut. */
const longest = 200_000;

/** Milliseconds after which lines that could belong together are complete. */
const patience = 1000;

export interface Lines {
  /** Takes in bytes that are at `start` in the file, right after those before. Keeps nothing of the buffer. */
  add(bytes: Buffer, start: number, now: number): Piece[];
  /** What is complete because nothing has followed for a while. */
  settle(now: number): Piece[];
  /** Is there something that will be complete in a while? */
  isWaiting(): boolean;
  /** Everything that is left, also a line without an end. */
  finish(): Piece[];
}

/** Cuts what is read from one edition of a file into lines, and joins those that belong together. */
export function createLines(begins: Begins, edition: string): Lines {
  let rest: Buffer = Buffer.alloc(0);
  let restStart = 0;
  let joined: Piece | undefined;
  let last = 0;

  function release(): Piece[] {
    const piece = joined;
    joined = undefined;
    return piece ? [piece] : [];
  }

  function line(bytes: Buffer, start: number, end: number, done: Piece[]): void {
    const text = bytes.toString('utf8', 0, bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length);
    if (joined && (begins(text) || end - joined.start > longest)) done.push(...release());
    if (joined) joined = { ...joined, text: `${joined.text}\n${text}`, end };
    else joined = { text, edition, start, end };
  }

  /** Takes pieces off the front of bytes that are too long; gives what is left, and where that stands. */
  function cut(bytes: Buffer, start: number, done: Piece[]): { readonly left: Buffer; readonly at: number } {
    let [left, at] = [bytes, start];
    while (left.length > longest) {
      // Not within a character; anything longer than a character is not text.
      const back = [0, 1, 2, 3].find((bytes) => ((left[longest - bytes] ?? 0) & 0xc0) !== 0x80);
      const end = longest - (back ?? 0);
      line(left.subarray(0, end), at, at + end, done);
      done.push(...release());
      left = left.subarray(end);
      at += end;
    }
    return { left, at };
  }

  return {
    add(bytes, start, now) {
      const done: Piece[] = [];
      last = now;
      if (rest.length === 0) restStart = start;
      let from = 0;
      for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, from)) {
        const whole = rest.length > 0 ? Buffer.concat([rest, bytes.subarray(from, at)]) : bytes.subarray(from, at);
        const { left, at: place } = cut(whole, restStart, done);
        line(left, place, start + at + 1, done);
        rest = Buffer.alloc(0);
        from = at + 1;
        restStart = start + from;
      }
      if (from < bytes.length)
        ({ left: rest, at: restStart } = cut(Buffer.concat([rest, bytes.subarray(from)]), restStart, done));
      if (begins === everyLine) done.push(...release());
      return done;
    },
    settle: (now) => (joined && rest.length === 0 && now - last >= patience ? release() : []),
    isWaiting: () => joined !== undefined && rest.length === 0,
    finish() {
      const done: Piece[] = [];
      if (rest.length > 0) line(rest, restStart, restStart + rest.length, done);
      restStart += rest.length;
      rest = Buffer.alloc(0);
      return [...done, ...release()];
    },
  };
}

/** Each line is an entry. */
export const everyLine: Begins = () => true;

/** Lines that are indented belong to the one before, and so do what Java and brackets put at the margin. */
export const indented: Begins = (line) => !/^(\s|$|Caused by:|\.\.\. \d+ more|[)\]}])/.test(line);

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const date = new RegExp(
  `^[[("'<]?(\\d{4}[-/.]?\\d{2}[-/.]?\\d{2}|\\d{1,2}[-/.](\\d{1,2}|${months})[-/.]\\d{2,4}|\\d{2}:\\d{2}:\\d{2}` +
    `|((Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?(${months}) +\\d{1,2}|(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +\\d{1,2} |\\d{10})`,
);

/** An entry begins with a date or a time. */
export const dated: Begins = (line) => date.test(line);
