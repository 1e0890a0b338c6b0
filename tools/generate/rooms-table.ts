import { type Room, rooms } from '../rooms.ts';

const begin = '<!-- rooms: written by `npm run generate` from tools/rooms.ts -->';
const end = '<!-- end of rooms -->';

/**
 * docs/architecture.md with the table of rooms between its two marks.
 * @throws when the page lacks a mark, so that a removed table does not go unnoticed
 */
export function withRoomsTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/architecture.md must hold the line ${begin} and, below it, ${end}`);
  return `${page.slice(0, from)}${begin}\n\n${rowsOf(rooms).join('\n')}\n\n${page.slice(to)}`;
}

function rowsOf(list: readonly Room[]): string[] {
  const rows = list.map(({ name, does, pure, rooms: others, packages }) => {
    const imports = others.length === 0 ? '–' : others.map((other) => `\`${other}\``).join(', ');
    const names = packages.map((name) => (name === 'node:' ? 'Node' : name));
    return `| \`${name}\` | ${does} | ${pure ? 'yes' : 'no'} | ${imports} | ${names.join(', ') || '–'} |`;
  });
  return ['| room | what it does | pure | imports | packages |', '|---|---|---|---|---|', ...rows];
}
