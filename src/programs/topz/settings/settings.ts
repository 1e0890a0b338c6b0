import { type MaskMode, maskModes } from '../command/command.ts';
import { type Parsed, parseAddress, parseBasePath, parseDuration, parseHosts, parseLimits } from './values.ts';

/** Everything that can be set, read once at the start. */
export type Settings = {
  addr: { host: string | undefined; port: number };
  /** Milliseconds between two samples while someone watches. */
  period: number;
  mask: MaskMode;
  /** A file whose content clients must send as bearer token. */
  tokenFile: string | undefined;
  basePath: string;
  /** Host names that topz answers to, besides IP addresses and localhost; `*` stands for one label. */
  hosts: readonly string[];
  /** Memory limits in bytes by container name. */
  limits: ReadonlyMap<string, number>;
  proc: string;
};

export type Problem = { code: 'TOPZ-001' | 'TOPZ-002' | 'TOPZ-003'; message: string; fix: string };

/** One setting: `--name` on the command line, `TOPZ_NAME` in the environment; the command line wins. */
type Setting = { name: string; value: string; standard: string; meaning: string };

/** In the order of the documentation. No setting is called `port`: Kubernetes itself sets TOPZ_PORT beside a Service `topz`. */
export const settingsTable: readonly Setting[] = [
  { name: 'addr', value: 'HOST:PORT', standard: ':8080', meaning: 'where to listen; without a host on all addresses' },
  { name: 'period', value: 'DURATION', standard: '2s', meaning: 'time between two samples, 250ms to 1m' },
  {
    name: 'mask',
    value: maskModes.join('|'),
    standard: 'secrets',
    meaning: 'what command lines hide: secrets, all arguments, or nothing',
  },
  { name: 'token-file', value: 'FILE', standard: '', meaning: 'file with the bearer token that clients must send' },
  {
    name: 'base-path',
    value: 'PATH',
    standard: '',
    meaning: 'path before /topz, behind a proxy that does not strip it',
  },
  {
    name: 'hosts',
    value: 'NAME,…',
    standard: '',
    meaning: 'host names to answer to, besides IP addresses and localhost; * stands for one label',
  },
  {
    name: 'limits',
    value: 'NAME=SIZE,…',
    standard: '',
    meaning: 'memory limits of containers whose cgroup cannot be read',
  },
  { name: 'proc', value: 'FOLDER', standard: '/proc', meaning: 'the proc file system to read' },
];

/** Reads the command line and the environment. All problems are told at once. */
export function parseSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { settings: Settings } | { problems: Problem[] } | { help: true } {
  const { given, problems, help } = readArguments(args);
  if (help) return { help };
  const text = (name: string) =>
    given.get(name) ?? env[environmentName(name)] ?? settingsTable.find((one) => one.name === name)?.standard ?? '';

  function value<T>(name: string, parse: (text: string) => Parsed<T>, standard: T): T {
    const parsed = parse(text(name));
    if ('value' in parsed) return parsed.value;
    const source = given.has(name) ? `--${name}` : environmentName(name);
    problems.push({ code: 'TOPZ-003', message: `${source}=${text(name)}: ${parsed.problem}.`, fix: parsed.fix });
    return standard;
  }

  // An empty variable of the environment is one that is not set; after the option's name a file was meant.
  const parseFile = (file: string): Parsed<string | undefined> =>
    file === '' && given.has('token-file')
      ? { problem: 'no file', fix: 'Write the path of the file that holds the token, or leave the option out.' }
      : { value: file || undefined };

  const settings: Settings = {
    addr: value('addr', parseAddress, { host: undefined, port: 0 }),
    period: value('period', parseDuration, 0),
    mask: value('mask', parseMask, 'secrets'),
    tokenFile: value('token-file', parseFile, undefined),
    basePath: value('base-path', parseBasePath, ''),
    hosts: value('hosts', parseHosts, []),
    limits: value('limits', parseLimits, new Map()),
    proc: text('proc').replace(/(?<=.)\/+$/, ''),
  };
  return problems.length > 0 ? { problems } : { settings };
}

/** `token-file` is TOPZ_TOKEN_FILE. */
export function environmentName(name: string): string {
  return `TOPZ_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** `--addr=X`, `--addr X`, `-addr=X` and `-addr X`, as the first topz understood them. */
function readArguments(args: readonly string[]): { given: Map<string, string>; problems: Problem[]; help?: true } {
  const given = new Map<string, string>();
  const problems: Problem[] = [];
  for (let i = 0; i < args.length; i++) {
    const match = /^--?(?<name>[a-z][a-z-]*)(?:=(?<value>.*))?$/s.exec(args[i] ?? '')?.groups;
    const name = match?.name ?? '';
    if (name === 'help' || name === 'h') return { given, problems, help: true };
    if (!settingsTable.some((one) => one.name === name)) {
      problems.push({
        code: 'TOPZ-001',
        message: `${args[i]} is not an option of topz.`,
        fix: `Use ${optionNames()}.`,
      });
      continue;
    }
    const value = match?.value ?? args[++i];
    if (value === undefined)
      problems.push({ code: 'TOPZ-002', message: `--${name} has no value.`, fix: `Write --${name}=…` });
    else given.set(name, value);
  }
  return { given, problems };
}

function optionNames(): string {
  return settingsTable.map((one) => `--${one.name}`).join(', ');
}

function parseMask(text: string): Parsed<MaskMode> {
  const value = maskModes.find((mode) => mode === text);
  return value ? { value } : { problem: 'no such way to mask', fix: `Write ${maskModes.join(', ')}.` };
}
