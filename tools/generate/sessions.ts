import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { marks, recorded } from '../sessions/sessions.ts';
import { openShell } from '../sessions/shell.ts';

/** The pages with sessions that need no cluster, by their paths, with what the commands print now. */
export async function pagesWithSessions(root: string): Promise<Map<string, string>> {
  const pages = globSync(['*.md', 'docs/*.md'], { cwd: root }).sort();
  const shell = openShell();
  const written = new Map<string, string>();
  try {
    for (const page of pages) {
      const text = readFileSync(join(root, page), 'utf8');
      if (text.includes(marks.files)) written.set(page, await recorded(text, marks.files, shell.run));
    }
  } finally {
    shell.close();
  }
  return written;
}
