import { write, writeSync } from 'node:fs';

/** Where log lines go: collected, and written off the event loop's path. */
export interface LineBuffer {
  /** Takes one line with its line feed. Never blocks, never throws. */
  write(line: string): void;
  /** Writes what is there and waits for it. To be called before the program ends. */
  end(): Promise<void>;
  /** The same without waiting, for a program that ends at once. */
  endSync(): void;
}

/** Bytes that may wait while a write is under way. */
const size = 1024 * 1024;
/** Bytes that are written without waiting for the next beat. */
const enough = 32 * 1024;
/** A line of n UTF-16 units takes at most 3n bytes. */
const bytesPerUnit = 3;
const retryAfter = 20;

/**
 * Lines are copied at once into one of two preallocated buffers, and a buffer is written while the other one fills:
 * strings that wait in a list would live long enough to be moved by the garbage collector, several times the cost of the copy.
 * Lines that do not fit because the reader is too slow are dropped and counted: a log never holds up an answer.
 *
 * `every`: milliseconds after which even a single line is written.
 */
export function lineBuffer(fd: number, every: number): LineBuffer {
  let filling = Buffer.allocUnsafeSlow(size);
  let spare = Buffer.allocUnsafeSlow(size);
  let length = 0;
  let dropped = 0;
  let writing: Promise<void> | undefined;

  function flush(): void {
    if (writing || length === 0) return;
    const full = filling.subarray(0, length);
    [filling, spare, length] = [spare, filling, 0];
    writing = writeAll(fd, full).then(() => {
      writing = undefined;
      if (dropped > 0) sayDropped();
      if (length > enough) flush();
    });
  }

  function put(line: string): boolean {
    if (length + line.length * bytesPerUnit > size) return false;
    length += filling.write(line, length);
    return true;
  }

  function sayDropped(): void {
    const line = `{"level":"warn","time":"${new Date().toISOString()}","msg":"log lines dropped: the reader is too slow","lines":${dropped}}\n`;
    if (put(line)) dropped = 0;
  }

  const timer = setInterval(flush, every).unref();
  return {
    write(line) {
      if (!put(line)) {
        flush();
        if (!put(line)) dropped++;
      } else if (length > enough) flush();
    },
    async end() {
      clearInterval(timer);
      await writing;
      flush();
      await writing;
    },
    endSync() {
      clearInterval(timer);
      try {
        writeSync(fd, filling, 0, length);
      } catch {
        // Nobody is left to be told.
      }
      length = 0;
    },
  };
}

/** Resolves when all is written, or when the reader is gone for good. */
function writeAll(fd: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const next = (rest: Buffer): void => {
      write(fd, rest, (error, written) => {
        if (error?.code === 'EAGAIN') setTimeout(next, retryAfter, rest);
        else if (error || written === rest.length) resolve();
        else next(rest.subarray(written));
      });
    };
    next(bytes);
  });
}
