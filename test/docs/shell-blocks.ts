/** The commands in the first shell block below a heading; a command may go on after a backslash. */
export function commandsBelow(page: string, heading: string): readonly string[] {
  const block = /```sh\n([\s\S]*?)```/.exec(page.split(`${heading}\n`)[1] ?? '')?.[1] ?? '';
  return block
    .replaceAll(/\\\n\s*/g, '')
    .trim()
    .split('\n');
}
