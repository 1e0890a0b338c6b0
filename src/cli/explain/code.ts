import { didYouMean } from '../../core/closest.ts';
import { problemCodes, reasonCodes, warningCodes } from '../../core/problem.ts';
import type { Console, ExitCode } from '../console.ts';
import { formatted } from '../formatted.ts';
import { misused } from '../misused.ts';

/** Every code of a message. */
export const codes = [...Object.keys(problemCodes), ...Object.keys(reasonCodes), ...Object.keys(warningCodes)];

/** Prints the entry of a code in docs/problems.md; `text` is Markdown. */
export function explainCode(console: Console, code: string, page: string, output: 'text' | 'json' | 'yaml'): ExitCode {
  const entry = entryOf(page, code);
  if (entry !== undefined) {
    console.stdout(output === 'text' ? `${code}\n\n${entry}\n` : formatted({ code, text: entry }, output));
    return 0;
  }
  const hint = didYouMean(code, codes, 'Write TYPE/NAME, such as pod/web, or the code of a message.');
  return misused(console, 'explain', [`There is no code ${code}. ${hint}`]);
}

/** The text below the heading of a code. Links stay as they are written. */
function entryOf(page: string, code: string): string | undefined {
  const entry = page.split(/^### /m).find((each) => each.startsWith(`${code}\n`));
  return entry
    ?.slice(code.length + 1)
    .split(/^## /m)[0]
    ?.trim();
}
