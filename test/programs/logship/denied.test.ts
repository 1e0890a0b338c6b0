// Files and folders that the user of the sidecar may not read. The program has another user than this test.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const source = (file: string) => JSON.stringify(new URL(`../../../src/programs/logship/${file}`, import.meta.url).href);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-denied-'));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  chmodSync(join(folder, 'closed'), 0o700);
  rmSync(folder, { recursive: true });
});

/** What is said, and how many files are followed, after two looks as a user who owns nothing here. */
function look(): { readonly said: readonly unknown[]; readonly followed: number } {
  const program = `
    import { createFollowing } from ${source('follow.ts')};
    import { readPattern } from ${source('find.ts')};
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    const said = [];
    const patterns = [readPattern('/var/log/app/**/*.log', '/var/log/app')];
    const settings = { root: ${JSON.stringify(folder)}, folder: '/var/log/app', patterns, begins: undefined };
    const following = createFollowing(settings, [], (...words) => said.push(words));
    following.look(0, true);
    following.look(1, true);
    console.log(JSON.stringify({ said, followed: following.all().length }));
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

it('are named once, with what to set, and the others are followed', () => {
  writeFileSync(join(folder, 'open.log'), 'a\n', { mode: 0o644 });
  writeFileSync(join(folder, 'own.log'), 'a\n', { mode: 0o000 });
  mkdirSync(join(folder, 'closed'), { mode: 0o000 });
  const why =
    'permission denied: set sidecar.io/logs-user to the user that writes the files, or sidecar.io/logs-group to their group';
  const { said, followed } = look();
  expect(followed).toBe(1);
  expect(said).toEqual([
    ['warn', 'a file cannot be read', { file: '/var/log/app/closed', why }],
    ['warn', 'a file cannot be read', { file: '/var/log/app/own.log', why }],
  ]);
});
