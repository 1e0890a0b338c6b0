// What holds for every page: its links, scripts and chart values exist, and its lines have one width.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json'));
const values = parse(read('charts/sidecar-injector/values.yaml'));
const pages = globSync(['*.md', 'docs/**/*.md', 'certs/*.md', 'charts/*/*.md', '.github/*.md'], { cwd: root }).sort();

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

/** The lines of a page without its code blocks. */
const proseOf = (path: string) => read(path).replace(/^\s*```[\s\S]*?^\s*```$/gm, '');

describe.each(pages)('%s', (path) => {
  it('links only to what is there', () => {
    for (const [, to = '', anchor] of proseOf(path).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const target = to === '' ? path : join(dirname(path), to);
      expect(existsSync(join(root, target)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${target}#${anchor}`).toContain(anchor);
    }
  });

  it('names only scripts of the package and values of the chart', () => {
    const text = read(path);
    for (const [, name = ''] of text.matchAll(/npm run (?:-s )?([a-z0-9]+)/g)) expect(scripts).toHaveProperty(name);
    for (const [, key = ''] of text.matchAll(/--set ([\w.]+)=/g)) expect(values).toHaveProperty(key);
  });

  it('is wrapped at 120 columns, but for tables', () => {
    const tooLong = proseOf(path)
      .split('\n')
      .filter((line) => line.length > 120 && !/^(\||<!--)/.test(line));
    expect(tooLong).toEqual([]);
  });
});

it('what a command prints is recorded, and a block has a language', () => {
  const blocks = pages.flatMap((page) =>
    [...read(page).matchAll(/(<!-- recorded .*-->\n\n)?^( *)```(.*)\n([\s\S]*?)^\2```$/gm)].map(
      ([, mark = '', , language = '', text = '']) => ({ mark, language, said: `${page}: ${text.split('\n')[0]}` }),
    ),
  );
  expect(blocks.filter(({ mark, language }) => (language === 'console') !== (mark !== ''))).toEqual([]);
  expect(blocks.filter(({ language }) => language === '')).toEqual([]);
});
