import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/message-of.ts';
import type { Say } from '../kit/log.ts';
import type { Mark } from './tail.ts';

/** What a container that is started again has to know: how far each file has got. */
export interface Memory {
  recall(): Mark[];
  /** Says whether it could: a full disk must not end the program, which would send again what the receiver has. */
  remember(marks: readonly Mark[]): boolean;
}

const fileIn = (folder: string) => join(folder, 'positions.json');

/** Keeps the marks in a folder. A file is written beside the old one and renamed, so a kill leaves one of the two. */
export function openMemory(folder: string, say: Say): Memory {
  const file = fileIn(folder);
  let problem = '';
  return {
    recall() {
      try {
        return JSON.parse(readFileSync(file, 'utf8'));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          say('warn', 'the notes of what the receiver has cannot be read, so all files are sent from their beginning', {
            why: messageOf(error),
          });
        return [];
      }
    },
    remember(marks) {
      try {
        writeFileSync(`${file}.new`, JSON.stringify(marks));
        renameSync(`${file}.new`, file);
        problem = '';
      } catch (error) {
        const why = messageOf(error);
        if (why !== problem)
          say('warn', 'what the receiver has cannot be noted, so a restart would send it again', { why });
        problem = why;
      }
      return problem === '';
    },
  };
}

/** Does the file exist that the program writes when it has started? */
export function isReady(folder: string): boolean {
  try {
    readFileSync(fileIn(folder));
    return true;
  } catch {
    return false;
  }
}
