/** The mark above a session: what records it. */
export const marks = {
  files: '<!-- recorded by `npm run generate` -->',
  cluster: '<!-- recorded by `npm test -- test/api-server/recorded -u` -->',
} as const;

/**
 * A page whose sessions below a mark have what their commands print now. A session is a block of the language
 * `console`: each line that begins with `$ ` is a command, which a backslash continues, and what follows is its output.
 * @throws when there is no session below a mark
 */
export async function recorded(page: string, mark: string, run: (command: string) => Promise<string>): Promise<string> {
  const [start = '', ...parts] = page.split(`${mark}\n`);
  const written = [start];
  for (const part of parts) {
    const [block, session = ''] = /^\n```console\n([\s\S]*?\n)```\n/.exec(part) ?? [];
    if (block === undefined) throw new Error(`Write an empty line and a block of the language console below ${mark}`);
    let text = '';
    for (const command of commandsOf(session)) text += `$ ${command}\n${await run(command)}`;
    written.push(`\n\`\`\`console\n${text}\`\`\`\n${part.slice(block.length)}`);
  }
  return written.join(`${mark}\n`);
}

/** The commands of a session, as they are written. */
function commandsOf(session: string): readonly string[] {
  return [...session.matchAll(/^\$ ((?:.*\\\n)*.*)\n/gm)].map(([, command = '']) => command);
}
