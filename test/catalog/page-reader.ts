// A worker that reads files again and again until it is told to stop, and reports what it saw.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

export interface ReaderInput {
  readonly files: string[];
  /** The size that each of them always has; all its bytes are the same letter. */
  readonly size: number;
  /** Two numbers: the first becomes 1 when it is enough, the second is the code of the letter that was read last. */
  readonly shared: Int32Array;
}

export interface ReaderReport {
  readonly reads: number;
  /** The letters seen whole, in alphabetical order. */
  readonly letters: string;
  /** What no reader should ever see. */
  readonly wrong: string[];
}

const { files, size, shared } = workerData as ReaderInput;
const letters = new Set<string>();
const wrong: string[] = [];
let reads = 0;

while (Atomics.load(shared, 0) === 0) {
  for (const file of files) {
    reads++;
    try {
      const content = readFileSync(file);
      if (content.length !== size || content[0] !== content[size - 1]) wrong.push(`${content.length} bytes`);
      else {
        letters.add(String.fromCharCode(content[0] ?? 0));
        Atomics.store(shared, 1, content[0] ?? 0);
      }
    } catch (error) {
      wrong.push((error as NodeJS.ErrnoException).code ?? String(error));
    }
  }
}
parentPort?.postMessage({ reads, letters: [...letters].sort().join(''), wrong } satisfies ReaderReport);
