import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type Say } from '../kit/log.ts';
import type { Mark } from './tail.ts';

/** What a container that is started again has to know: how far each file has got. */
export interface Memory {
  recall(): Mark[];
  /** Says whether it could: a full disk must not end the program, which would send again what the receiver has. */
  remember(marks: readonly Mark[]): boolean;
}

export function openMemory(folder: string, say: Say): Memory {
  const file = join(folder, 'positions.json');
  let complaint = '';
  return {
    recall() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch {
        return []; // the first start
      }
    },
    remember(marks) {
      try {
        writeFileSync(`${file}.new`, JSON.stringify(marks));
        renameSync(`${file}.new`, file);
        complaint = '';
      } catch (error) {
        const why = messageOf(error);
        if (why !== complaint)
          say('warn', 'what the receiver has cannot be noted, a restart would send it again', { why });
        complaint = why;
      }
      return complaint === '';
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
