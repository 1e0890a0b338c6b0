import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../docs/decisions/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const records = readdirSync(folder).filter((name) => name !== 'README.md');
const index = read('README.md');

describe('docs/decisions', () => {
  it.each(records)('%s has the form of a record', (name) => {
    const text = read(name);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Context', 'Decision', 'Alternatives', 'Consequences']);
    for (const section of text.split(/^## .*$/m).slice(1)) expect(section.trim().length, name).toBeGreaterThan(40);
    expect(/^## Alternatives\n\n- Do nothing/m.test(text), 'the first alternative is to do nothing').toBe(true);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(50);
  });

  it('are numbered without gaps, and the index lists each with its title', () => {
    const lines = records.sort().map((name, i) => {
      expect(name.slice(0, 5)).toBe(`${String(i + 1).padStart(4, '0')}-`);
      return `- [${/^# (.*)$/m.exec(read(name))?.[1]}](${name})`;
    });
    expect(index.split('\n').filter((line) => line.startsWith('- '))).toEqual(lines);
  });

  it.each(['README.md', ...records])('%s links only to what is there', (name) => {
    const links = [...read(name).matchAll(/\]\((?!http)([^)#]+)/g)].map((match) => match[1] ?? '');
    for (const link of links) expect(() => readFileSync(new URL(link, folder)), link).not.toThrow();
  });
});
