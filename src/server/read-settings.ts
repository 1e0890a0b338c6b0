import { parseArgs } from 'node:util';
import { closest } from '../core/closest.ts';
import { type Settings, type SettingType, settingsTable, settingTypes } from './settings.ts';

/** What the command line asks for: a server, or one of the small things. */
export type Command =
  | { readonly kind: 'run' | 'check'; readonly settings: Settings }
  | { readonly kind: 'help' | 'version' }
  /** Sentences, one for each problem, with what to write instead. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const switches = ['check', 'help', 'version'] as const;

/** Reads the command line and the environment. All problems are told at once. */
export function readCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Command {
  const { given, problems } = readArguments(args);
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  const settings = new Map<string, unknown>();
  for (const { name, env: variable, type, default: standard } of settingsTable) {
    const flag = given.get(name);
    const set = flag ?? (env[variable] || standard);
    const read = readValue(type, set);
    if (read === undefined) {
      problems.push(
        `${flag === undefined ? variable : `--${name}`}: ${JSON.stringify(set)} is not ${settingTypes[type]}.`,
      );
    } else settings.set(name, read);
  }
  if ((settings.get('tls-cert') === '') !== (settings.get('tls-key') === '')) {
    problems.push('--tls-cert and --tls-key belong together: give both, or neither to have a certificate made.');
  }
  const names = settings.get('certs-names');
  if (Array.isArray(names) && names.length === 0) {
    problems.push(
      '--certs-names: there is no name in it. Write those by which clients call the server, such as localhost.',
    );
  }
  if (problems.length > 0) return { kind: 'problems', problems };
  // The loop above has set every name of the table to a value of its type.
  return {
    kind: given.has('check') ? 'check' : 'run',
    settings: Object.fromEntries(settings) as unknown as Settings,
  };
}

function readArguments(args: readonly string[]): { given: Map<string, string>; problems: string[] } {
  const given = new Map<string, string>();
  const problems: string[] = [];
  const options = Object.fromEntries([
    ...settingsTable.map(({ name }) => [name, { type: 'string' as const }]),
    ...switches.map((name) => [name, { type: 'boolean' as const }]),
  ]);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  let unknown = -2;
  for (const token of tokens) {
    const isItsValue = token.kind === 'positional' && token.index === unknown + 1;
    if (token.kind === 'positional' && !isItsValue)
      problems.push(`${JSON.stringify(token.value)} is no flag: flags begin with --.`);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const known = options[name];
    if (!known || !rawName.startsWith('--')) {
      unknown = token.index;
      const near = closest(name, Object.keys(options));
      problems.push(`There is no ${rawName}. ${near ? `Did you mean --${near}?` : '--help lists all flags.'}`);
    } else if (known.type === 'boolean') given.set(name, '');
    else if (value === undefined || (!token.inlineValue && value.startsWith('--'))) {
      problems.push(`${rawName} needs a value: ${rawName} ${placeholderOf(name)}.`);
    } else given.set(name, value);
  }
  return { given, problems };
}

function placeholderOf(name: string): string {
  return settingsTable.find((setting) => setting.name === name)?.default || 'VALUE';
}

const readers: { readonly [Type in SettingType]: (text: string) => unknown } = {
  port: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  text: (text) => text,
  path: (text) => text,
  list: (text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  duration: (text) => readDuration(text),
  'log-level': (text) => oneOf(['debug', 'info', 'warn', 'error'], text),
  native: (text) => oneOf(['auto', 'true', 'false'], text),
};

function readValue(type: SettingType, text: string): unknown {
  return readers[type](text);
}

function oneOf(words: readonly string[], text: string): string | undefined {
  return words.find((word) => word === text);
}

function readDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === 'ms' ? 1 : match[2] === 's' ? 1000 : 60_000);
}

/** The text of `--help`. */
export function helpText(): string {
  const rows = settingsTable.map(({ name, env, type, default: standard, help }) => {
    const value = type === 'log-level' || type === 'native' ? settingTypes[type] : '';
    const notes = [value, standard && `default ${standard}`].filter((note) => note !== '').join('; ');
    return `  --${name.padEnd(14)}${env.padEnd(23)}${help}${notes === '' ? '' : ` (${notes})`}`;
  });
  return [
    'sidecar-injector: adds sidecars to pods, as a mutating admission webhook of Kubernetes.',
    '',
    'Flags, and the environment variables of the same meaning (a flag wins):',
    ...rows,
    '  --check                              Ask the running server whether it is alive: exit code 0 or 1.',
    '  --help, --version',
    '',
  ].join('\n');
}
