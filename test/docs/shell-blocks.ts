/** The commands in the first shell block below a heading; a command may go on after a backslash. */
export function commandsBelow(page: string, heading: string): readonly string[] {
  const block = /```sh\n([\s\S]*?)```/.exec(page.split(`${heading}\n`)[1] ?? '')?.[1] ?? '';
  return block
    .replaceAll(/\\\n\s*/g, '')
    .trim()
    .split('\n');
}

/** The files that a page shows below a heading of the second level, by the name in their first line. */
export function filesBelow(page: string, heading: string): ReadonlyMap<string, string> {
  const section = page.split(`\n${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const blocks = section.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/g);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}
