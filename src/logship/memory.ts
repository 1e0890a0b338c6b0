import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mark } from './tail.ts';

/** What a container that is started again has to know: how far each file has got. */
export interface Memory {
  recall(): Mark[];
  remember(marks: readonly Mark[]): void;
}

export function openMemory(folder: string): Memory {
  const file = join(folder, 'positions.json');
  return {
    recall() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return []; // the first start
      }
    },
    remember(marks) {
      writeFileSync(`${file}.new`, JSON.stringify(marks));
      renameSync(`${file}.new`, file);
    },
  };
}

/** Does the file exist that the program writes when it is in place? */
export function isReady(folder: string): boolean {
  try {
    readFileSync(join(folder, 'positions.json'));
    return true;
  } catch {
    return false;
  }
}
