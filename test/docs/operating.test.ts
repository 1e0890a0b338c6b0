// docs/operating.md: its commands are taken as they are written, and its tables are those of the commands.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/run.ts';

const page = readFileSync('docs/operating.md', 'utf8');
const commands = [...page.matchAll(/^sidecar (\w+ [^|\n]*)/gm)].map(([, command = '']) => command.trim());
const files = Object.fromEntries(['policy', 'template', 'namespace'].map((name) => [`${name}.yaml`, '{}']));

describe('docs/operating.md', () => {
  it.each(commands)('sidecar %s', (command) => {
    const { stderr } = run(command.split(' '), { files });
    expect(stderr).toBe('note: /version: no cluster\nerror: The cluster of kubectl does not answer.\n');
  });

  it.each([
    ['audit', 'finding', 'Findings'],
    ['impact', 'change', 'Changes'],
  ])('has what %s says', (command, word, heading) => {
    const [, table = ''] = page.split(new RegExp(`^\\| ${word} .*\\n\\|.*\\n`, 'm'));
    const kinds = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, kind]) => kind);
    const [, list = ''] = run([command, '--help']).stdout.split(`${heading}:\n`);
    expect(kinds.length).toBeGreaterThan(4);
    expect([...(list.split('\n\n')[0] ?? '').matchAll(/^ {2}(\w+) /gm)].map(([, kind]) => kind)).toEqual(kinds);
  });
});
