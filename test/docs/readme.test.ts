import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Everything that a reader could type: the shell blocks, and commands within a text or a table. */
const commands = [
  ...[...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((block) => (block[1] ?? '').trim().split('\n')),
  ...[...readme.matchAll(/`((?:npm|bash) [^`]+)`/g)].map((match) => match[1] ?? ''),
];

describe('README.md', () => {
  it.each(commands.filter((command) => command.startsWith('npm ')))('%s is a script of the package', (command) => {
    const name = /^npm (?:run (?:-s )?)?([a-z0-9]+)/.exec(command)?.[1] ?? '';
    expect(Object.keys(scripts)).toContain(name);
  });

  it.each(commands.filter((command) => command.startsWith('npm run -s sidecar')))('%s works', (command) => {
    const alone = command.replace(/ \| kubectl.*/, '');
    const { status, stdout } = spawnSync('sh', ['-c', alone], { cwd: root, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout.length).toBeGreaterThan(100);
  });

  it('npm start -- --help tells every setting', () => {
    const { stdout } = spawnSync('sh', ['-c', 'npm -s start -- --help'], { cwd: root, encoding: 'utf8' });
    expect(stdout).toContain('--tls-cert');
    expect(stdout).toContain('SIDECAR_PORT');
  });

  it.each([...readme.matchAll(/\]\((?!http)([^)#]+)/g)].map((match) => match[1] ?? ''))(
    'its link to %s leads somewhere',
    (path) => {
      expect(existsSync(join(root, path))).toBe(true);
    },
  );
});
