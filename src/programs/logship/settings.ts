import type { SecretFolders } from './credentials.ts';
import type { Labels } from './entry.ts';
import { type Pattern, readPattern } from './find.ts';
import { type Begins, dated, everyLine, indented } from './lines.ts';
import { type Receiver, readArguments, receivers } from './options.ts';
import type { Format } from './outputs/record.ts';

/** Everything that can be set, read once at the start. */
export interface Settings {
  readonly root: string;
  readonly folder: string;
  readonly state: string;
  readonly patterns: readonly Pattern[];
  readonly to: Receiver;
  readonly url: URL;
  readonly format: Format;
  readonly index: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly labels: Labels;
  readonly origin: string;
  readonly begins: Begins;
  readonly interval: number;
  readonly linger: number;
  readonly secrets: SecretFolders;
  readonly ready: boolean;
}

const schemes = { syslog: ['tcp:', 'tls:'], stdout: [] as string[] };

/** Reads the command line; each problem is a message that says what to write instead. */
export function parseSettings(
  args: readonly string[],
): { readonly settings: Settings } | { readonly problems: readonly string[] } | { readonly help: true } {
  const read = readArguments(args);
  if ('problem' in read) return { problems: [read.problem] };
  const { values } = read;
  if (values.help) return { help: true };
  const problems: string[] = [];
  const check = (fine: boolean, problem: string) => {
    if (!fine) problems.push(problem);
  };
  const to = receivers.find((name) => name === values.to);
  const url = URL.parse(values.url ?? '');
  const allowed = to === 'syslog' || to === 'stdout' ? schemes[to] : ['http:', 'https:'];
  const begins = beginningOf(values.multiline, values.start);
  const { file: files, folder, ready } = values;
  check(ready || to !== undefined, `--to=${values.to}: write one of ${receivers.join(', ')}.`);
  const expected = allowed.map((scheme) => `${scheme}//`).join(' or ');
  check(
    ready || to === 'stdout' || allowed.includes(url?.protocol ?? ''),
    `--url=${values.url ?? ''}: begin it with ${expected}.`,
  );
  check(ready || files.length > 0, '--file: name the files.');
  check(
    files.every((name) => name.startsWith(`${folder}/`)),
    `--file: all files must be in --folder=${folder}.`,
  );
  check(typeof begins !== 'string', String(begins));
  for (const name of ['interval', 'linger'] as const) {
    check(/^\d{1,8}$/.test(values[name]), `--${name}=${values[name]}: write milliseconds, such as 1000.`);
  }
  for (const each of [...values.header, ...values.label]) check(each.indexOf('=') > 0, `${each}: write NAME=VALUE.`);
  if (problems.length > 0 || typeof begins === 'string') return { problems };
  const { root, state, index, origin, login, authority, client } = values;
  return {
    settings: {
      ...{ root, folder, state, index, origin, ready, begins, to: to ?? 'stdout', url: url ?? new URL('stdout:') },
      patterns: files.map((name) => readPattern(name, folder)),
      format: values.format === 'json' ? 'json' : 'text',
      headers: pairs(values.header),
      labels: pairs(values.label),
      ...{ interval: Number(values.interval), linger: Number(values.linger) },
      secrets: { login, authority, client },
    },
  };
}

/** What tells the first line of an entry; a message where that cannot be told. */
function beginningOf(how: string | undefined, start: string | undefined): Begins | string {
  if (start === undefined) {
    if (how === undefined || how === 'off') return everyLine;
    return { indented, dated }[how] ?? `--multiline=${how}: write indented or dated.`;
  }
  try {
    const expression = new RegExp(`^(?:${start})`, 'u');
    return (line) => expression.test(line);
  } catch (error) {
    return `--start=${start}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Names and values, without those that have no value: a label that this pod does not have. */
function pairs(texts: readonly string[]): ReadonlyMap<string, string> {
  const all = texts.map((each): [string, string] => [
    each.slice(0, each.indexOf('=')),
    each.slice(each.indexOf('=') + 1),
  ]);
  return new Map(all.filter(([, value]) => value !== ''));
}
