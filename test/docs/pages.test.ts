// What holds for every page: its links lead somewhere.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'certs/*.md', '.github/*.md'], { cwd: root }).sort();

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (path: string) =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

/** The lines that are wrapped: not those of code, tables and comments. */
function textOf(path: string): string[] {
  let inCode = false;
  return read(path)
    .split('\n')
    .filter((line) => {
      if (/^\s*```/.test(line)) inCode = !inCode;
      return !inCode && !/^(\||<!--|\s{4,}\S)/.test(line);
    });
}

describe.each(pages)('%s', (path) => {
  const links = [
    ...textOf(path)
      .join('\n')
      .matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g),
  ];
  const inTables = [...read(path).matchAll(/^\|.*$/gm)].flatMap((row) => [
    ...row[0].matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g),
  ]);

  it('links only to what is there', () => {
    for (const [, to = '', anchor] of [...links, ...inTables]) {
      const target = to === '' ? path : join(dirname(path), to);
      expect(existsSync(join(root, target)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${target}#${anchor}`).toContain(anchor);
    }
  });
});
