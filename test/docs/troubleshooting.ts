// The table of docs/troubleshooting.md that says what `sidecar explain` answers.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (.*) \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells);

/** The cause and the fix of a situation, as matchers: `…` stands for what differs each time. */
export function rowOf(situation: string, label = { cause: '', fix: '' }): [cause: string, fix: string] {
  const [, cause = '', fix = ''] = rows.find(([name]) => name === situation) ?? [];
  return [matcherOf(`${label.cause}${cause}`), matcherOf(`${label.fix}${fix}`)];
}

function matcherOf(cell: string): string {
  return expect.stringMatching(new RegExp(`^${cell.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('…', '.+')}$`));
}
