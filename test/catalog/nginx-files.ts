// nginx with a configuration of the sidecar `serve`, on this machine: the paths of the container moved into a scratch
// folder.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Owns the files of the app, where the tests run as root; elsewhere they are the tests' own. What links lead out to is
 * root's.
 */
const app = 1000;
const asRoot = process.getuid?.() === 0;

export class NginxFiles {
  /** What is `/` to nginx. */
  readonly root = mkdtempSync(join(tmpdir(), 'serve-'));
  readonly served = join(this.root, 'srv');

  /** The files of the sidecar, by their names. */
  constructor(files: Readonly<Record<string, string>>) {
    chmodSync(this.root, 0o755);
    for (const folder of ['srv', 'tmp', 'etc/serve']) mkdirSync(join(this.root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(this.root, 'etc/serve', name), this.#moved(text));
  }

  /** Writes files of the app. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = join(this.served, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      for (let path = file; asRoot && path !== this.served; path = dirname(path)) chownSync(path, app, app);
    }
  }

  /** Makes a symbolic link of the app's. */
  link(target: string, name: string): void {
    symlinkSync(target, join(this.served, name));
    if (asRoot) lchownSync(join(this.served, name), app, app);
  }

  /** What `nginx -t` complains of, empty when it takes the configuration. */
  complaint(): string {
    const { status, stderr } = spawnSync(
      'nginx',
      ['-t', '-q', '-e', 'stderr', '-c', join(this.root, 'etc/serve/nginx.conf')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        encoding: 'utf8',
      },
    );
    return status === 0 ? stderr : `${stderr}(exit code ${status})`;
  }

  /** Starts nginx by the command of the container; the process that is returned is to be killed. */
  start(command: readonly string[]) {
    const [program = '', ...args] = command.map((word) => this.#moved(word));
    return spawn(program, args, { stdio: 'ignore' });
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  #moved(text: string): string {
    return text.replaceAll(/(?<=[ >=^])\/(srv|tmp|etc\/serve)\b/g, `${this.root}/$1`);
  }
}
