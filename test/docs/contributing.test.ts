// CONTRIBUTING.md names files and functions: each must be where it says.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const [text = '', table = ''] = page.split('## Where is it?');

const inTicks = (line: string) => [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
const isPath = (words: string) => /^(src|test|docs|tools|charts|examples)\//.test(words) && !words.includes(' ');

const questions = table.split('\n').flatMap((line) => {
  const [, question = '', answer = ''] = line.split('|').map((cell) => cell.trim());
  return question.endsWith('?') ? [{ question, answer: inTicks(answer) }] : [];
});

describe('CONTRIBUTING.md', () => {
  it.each(text.split('\n').flatMap(inTicks).filter(isPath))(
    '%s exists, or the folder where it would be added',
    (path) => {
      expect(existsSync(join(root, path.includes('<') ? dirname(path) : path))).toBe(true);
    },
  );

  it('answers the questions of a newcomer, each once', () => {
    expect(questions.length).toBeGreaterThanOrEqual(20);
    expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
  });

  it.each(questions)('$question', ({ answer }) => {
    const path = answer.find(isPath) ?? '';
    expect(existsSync(join(root, path)), path).toBe(true);
    if (statSync(join(root, path)).isDirectory()) return;
    const source = readFileSync(join(root, path), 'utf8');
    const names = answer.filter((words) => words !== path);
    if (path.endsWith('.ts')) expect(names.length, 'the name of what answers the question').toBeGreaterThan(0);
    for (const name of names) {
      const declaration = path.endsWith('.ts')
        ? `(function\\*?|const|class|interface|type) ${name}\\b`
        : `^\\s*${name}:`;
      expect(source, `${name} in ${path}`).toMatch(new RegExp(declaration, 'm'));
    }
  });
});
