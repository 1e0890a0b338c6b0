import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GitScene } from './git-scene.ts';
import { git } from './git-volume.ts';
import { describeWith } from './programs.ts';

const program = join(import.meta.dirname, '../cluster/programs/git-server.ts');

describeWith(['git'], 'the git server for tests, as a program of its own', () => {
  test.each([
    ['to everybody', '', []],
    ['to who knows the password', 'me:p%40ss@', ['--credentials=me:p@ss']],
  ])('gives and takes commits: %s', async (_, user, args) => {
    const scene = new GitScene();
    scene.commit({ page: 'x'.repeat(2_000_000) });
    const served = join(scene.directory, 'served');
    const common = [program, `--root=${served}`, '--port=0', 'a b/site.git'];
    const server = spawn(process.execPath, [...common, ...args], { stdio: 'pipe' });
    try {
      const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
      const host = `127.0.0.1:${/port (\d+)/.exec(line)?.[1]}`;
      git(scene.upstream, 'push', '-q', `http://${user}${host}/a%20b/site.git`, 'main');
      git(scene.directory, 'clone', '-q', `http://${user}${host}/a%20b/site.git`, 'copy');
      expect(readFileSync(join(scene.directory, 'copy/page'), 'utf8')).toHaveLength(2_000_000);
      const stranger = () => git(scene.directory, 'ls-remote', `http://me:wrong@${host}/a%20b/site.git`);
      if (user) expect(stranger).toThrow('Authentication failed');
      else expect(stranger()).toContain('refs/heads/main');
    } finally {
      server.kill();
      scene.remove();
    }
  });
});
