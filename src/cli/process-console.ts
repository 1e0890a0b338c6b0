import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Console, Files } from './console.ts';
import { fetchUrl, isUrl } from './fetch-url.ts';
import { bytesOfPath, textOfName } from './file-path.ts';
import { readStandardInput } from './standard-input.ts';
import { reasonOf } from './system-error.ts';
import { writeFiles } from './write-files.ts';

const files: Files = {
  isFolder: (path) => attempt(path, () => statSync(bytesOfPath(path)).isDirectory()) === true,
  read: (path) => (isUrl(path) ? fetchUrl(path) : attempt(path, () => ({ bytes: readFileSync(bytesOfPath(path)) }))),
  list: (path) =>
    attempt(path, () => ({
      entries: readdirSync(bytesOfPath(path), { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({
        name: textOfName(entry.name),
        isFolder: entry.isDirectory(),
      })),
    })),
  create: (path, text) =>
    attempt(path, () => {
      writeFileSync(path, text, { flag: 'wx' });
      return undefined;
    }),
  write: writeFiles,
};

/** Node gives the bytes of such an argument as U+FFFD. */
const notUtf8 = '; a name that is not UTF-8 cannot be an argument: name its folder, or pipe the file to -f -';

function attempt<T>(path: string, act: () => T): T | { readonly message: string } {
  try {
    return act();
  } catch (error) {
    return { message: `${path}: ${reasonOf(error)}${path.includes('\uFFFD') ? notUtf8 : ''}` };
  }
}

/** The console of this process. It ends the process when standard output cannot be written. */
export function processConsole(): Console {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(); // a reader that has seen enough, such as `head`
    process.stderr.write(`error: Cannot write to standard output: ${reasonOf(error)}.\n`);
    process.exit(2);
  });
  // Nobody reads what went wrong; the exit code says it.
  process.stderr.on('error', () => undefined);
  return {
    args: process.argv.slice(2),
    stdin: readStandardInput,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    files,
    live: process.stderr.isTTY === true,
    colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
  };
}
