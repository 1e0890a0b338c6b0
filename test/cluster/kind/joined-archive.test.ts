import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packImage } from '../image-archive.ts';
import { joinArchives } from './joined-archive.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sidecar-injector-joined-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function archiveOf(file: string, names: string[]): Promise<string> {
  const root = join(folder, `root-of-${file}`);
  mkdirSync(root);
  writeFileSync(join(root, file), file);
  const path = join(folder, `${file}.tar`);
  await packImage({ file: path, names, root, config: { Cmd: [file] } });
  return path;
}

it('has each image with its own layer and configuration, and the names of all first', async () => {
  const archives = [
    await archiveOf('one', ['registry.example:5000/one:v1.2', 'localhost/also:1']),
    await archiveOf('two', ['registry.example:5000/one:v2']),
  ];
  const joined = join(folder, 'joined.tar');
  await joinArchives(archives, joined);

  const tar = (...args: string[]) => execFileSync('tar', args, { encoding: 'utf8' });
  const read = (entry: string) => JSON.parse(tar('-xOf', joined, entry));
  expect(tar('-tf', joined).split('\n')[0]).toBe('repositories');
  const names = Object.entries<object>(read('repositories')).map(([name, tags]) => [name, Object.keys(tags)]);
  expect(names).toEqual([
    ['registry.example:5000/one', ['v1.2', 'v2']],
    ['localhost/also', ['1']],
  ]);
  const images = read('manifest.json') as { Config: string; RepoTags: string[]; Layers: [string] }[];
  expect(images.map(({ RepoTags }) => RepoTags)).toEqual([
    ['registry.example:5000/one:v1.2', 'localhost/also:1'],
    ['registry.example:5000/one:v2'],
  ]);
  expect(images.map(({ Config }) => read(Config).config.Cmd)).toEqual([['one'], ['two']]);
  const inLayer = (layer: string) => {
    const script = 'tar -xOf "$0" "$1" | tar -t';
    return execFileSync('/bin/sh', ['-c', script, joined, layer], { encoding: 'utf8' });
  };
  expect(images.map(({ Layers: [layer] }) => inLayer(layer))).toEqual(['./\n./one\n', './\n./two\n']);
});
