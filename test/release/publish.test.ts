// What stands between a dry run and a release: the checkout must be the tagged commit, and each step can be tried
// again.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish, publishing, unfit } from '../../tools/release/publish.ts';

const folder = mkdtempSync(join(tmpdir(), 'publish-'));
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.test', ...args], { cwd: folder });
beforeAll(() => {
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message=first');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('a checkout is published at the tag of its version only, and without changes', () => {
  expect(unfit(folder, '1.2.3')).toBe('The commit has no tag v1.2.3, the version of package.json.');
  git('tag', 'v1.2.3');
  expect(unfit(folder, '1.2.3')).toBeUndefined();
  expect(unfit(folder, '1.2.4')).toContain('no tag v1.2.4');
  writeFileSync(join(folder, 'new.txt'), '');
  expect(unfit(folder, '1.2.3')).toBe('The checkout has changes that are not committed.');
});

describe('publishing', () => {
  it('leaves out what is done, and ends at the first step that fails', () => {
    const made = (name: string) => join(folder, name);
    const failed = publish([
      { command: ['touch', made('one')] },
      { command: ['touch', made('two')], done: ['true'] },
      { command: ['touch', made('three')], done: ['false'] },
      { command: ['false'] },
      { command: ['touch', made('four')] },
    ]);
    expect(failed).toBe('false');
    const all = ['one', 'two', 'three', 'four'];
    expect(all.map((name) => existsSync(made(name)))).toEqual([true, false, true, false]);
    expect(publish([{ command: ['true'] }])).toBeUndefined();
  });

  it('pushes the image for two architectures, with its provenance, before what names it', () => {
    const scratch = () => folder;
    const steps = publishing({ version: '1.2.3', time: new Date(5000), folder, scratch });
    expect(steps.map(({ command: [program] }) => program)).toEqual(['docker', 'helm', 'npm', 'gh']);
    const [image] = steps.map(({ command }) => command.join(' '));
    for (const part of ['--platform linux/amd64,linux/arm64', ':1.2.3', 'SOURCE_DATE_EPOCH=5', '--provenance=mode=max'])
      expect(image).toContain(part);
  });
});
