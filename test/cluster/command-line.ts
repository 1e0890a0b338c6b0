// The command line of `npm run cluster`.
import { parseArgs } from 'node:util';
import { folderOf } from './cluster-folder.ts';

export const usage = `Runs a Kubernetes node on this machine, to try things out and to test (Linux, root).

  npm run cluster -- up      start a node and leave it running
  npm run cluster -- try examples/git.yaml
                             apply an example through the injector and follow it until its page is served
  npm run cluster -- status  show what is running
  npm run cluster -- down    stop the node and remove every trace of it

  --name NAME   name of the node (default: dev)
  --all         with down: all nodes
`;

export type Command =
  | { readonly does: 'help' }
  | { readonly does: 'up' | 'status'; readonly name: string }
  | { readonly does: 'down'; readonly name: string; readonly all: boolean }
  | { readonly does: 'try'; readonly name: string; readonly file: string };

/** Reads the command line. @throws an error whose message says what is wrong */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'dev' },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { name, all } = values;
  const [does, ...rest] = positionals;
  if (values.help || does === 'help') return { does: 'help' };
  if (does !== 'up' && does !== 'try' && does !== 'status' && does !== 'down')
    throw new Error(
      `${does === undefined ? 'A command is missing' : `There is no command "${does}"`}: up, try, status or down.`,
    );
  const [file] = does === 'try' ? rest.splice(0, 1) : [];
  if (rest.length > 0)
    throw new Error(`"${rest.join(' ')}" is too much: ${does} takes ${file ? 'one file' : 'no file'}.`);
  folderOf(name); // which says what a name may be
  if (all && does !== 'down') throw new Error(`--all is for down, not for ${does}.`);
  if (does === 'down') return { does, name, all };
  if (does !== 'try') return { does, name };
  if (file === undefined) throw new Error('try takes a file, for instance: npm run cluster -- try examples/git.yaml');
  return { does, name, file };
}
