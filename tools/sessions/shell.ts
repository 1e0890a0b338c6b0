import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Runs the commands of sessions. */
export interface Shell {
  /** Where they run. */
  readonly folder: string;
  /**
   * What a terminal shows of a command: its output and its errors. It can fail.
   * @throws when a program is not found
   */
  run(command: string): Promise<string>;
  close(): void;
}

/** A shell in a copy of docs/sessions, with `sidecar` as users have it on the path. `more`: further variables. */
export function openShell(more: Readonly<Record<string, string>> = {}): Shell {
  const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  const work = join(folder, 'work');
  cpSync(join(root, 'docs/sessions'), work, { recursive: true });
  execFileSync(process.execPath, [join(root, 'tools/build.ts'), join(folder, 'dist'), 'cli']);
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'bin'));
  const program = join(folder, 'bin/sidecar');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${folder}/dist/sidecar.js' "$@"\n`);
  chmodSync(program, 0o755);
  const PATH = [join(folder, 'bin'), more.PATH, process.env.PATH].filter(Boolean).join(':');
  const env = { HOME: folder, LC_ALL: 'C', ...more, PATH };
  return {
    folder: work,
    run: (command) =>
      new Promise((settle, fail) => {
        execFile('sh', ['-c', `exec 2>&1\n${command}`], { cwd: work, env, timeout: 300_000 }, (error, stdout) => {
          if (error && (typeof error.code !== 'number' || error.code > 125)) fail(new Error(`${command}: ${stdout}`));
          else settle(stdout === '' || stdout.endsWith('\n') ? stdout : `${stdout}\n`);
        });
      }),
    close: () => rmSync(folder, { recursive: true }),
  };
}
