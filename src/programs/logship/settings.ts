import { RE2JS } from 're2js';
import { type Kind, named, oneOf, text } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Command } from '../kit/command.ts';
import { durationWithin, pair, url } from '../kit/kinds.ts';
import { readPattern } from './find.ts';
import type { FollowSettings } from './follow.ts';
import type { HarvestSettings } from './harvest.ts';
import { type Begins, dated, everyLine, indented } from './lines.ts';

/** Where lines can go. */
const receivers = ['loki', 'elasticsearch', 'otlp', 'http', 'syslog', 'stdout'] as const;

const joins = { off: everyLine, indented, dated };

/** The steps of an expression, as RE2 counts them: a line takes time in proportion to its length times these. */
const mostSteps = 1000;

const expression: Kind<RE2JS> = {
  word: 'REGEX',
  expected: 'a regular expression of RE2 with few or short repetitions, such as \\[[A-Z]+\\]',
  read(text) {
    try {
      const compiled = RE2JS.compile(text);
      return compiled.programSize() > mostSteps ? undefined : compiled;
    } catch {
      return undefined;
    }
  },
};

const address = url(['http:', 'https:', 'tcp:', 'tls:'], 'http://loki:3100');
const secret = named('DIR');

const flags = [
  { name: 'root', kind: named('DIR'), default: '/logs', help: 'Where the shared folder is mounted.' },
  { name: 'folder', kind: named('DIR'), help: 'What that folder is to the app. Required.' },
  {
    name: 'file',
    kind: named('PATTERN'),
    repeated: true,
    help: 'Files to ship, as the app calls them. Required; can be repeated.',
  },
  { name: 'state', kind: named('DIR'), default: '/state', help: 'Folder for the notes of what the receiver has.' },
  { name: 'to', kind: oneOf(receivers), default: 'stdout', help: 'Receiver.' },
  { name: 'url', kind: address, help: 'Address of the receiver.' },
  { name: 'format', kind: oneOf(['text', 'json']), default: 'text', help: 'Format for http and stdout.' },
  {
    name: 'time',
    kind: oneOf(['read', 'line']),
    default: 'read',
    help: 'Time of a line: when it is read, or what it says.',
  },
  {
    name: 'parse',
    kind: oneOf(['off', 'json']),
    default: 'off',
    help: 'Whether lines that are JSON objects are taken apart.',
  },
  { name: 'index', kind: named('NAME'), default: 'logs-app-default', help: 'Index or data stream of Elasticsearch.' },
  { name: 'header', kind: pair, repeated: true, help: 'Header of each request; can be repeated.' },
  {
    name: 'label',
    kind: pair,
    repeated: true,
    help: 'Label of each line; can be repeated. One without a value is left out.',
  },
  { name: 'origin', kind: text, default: '', help: 'What distinguishes lines of this pod from those of others.' },
  {
    name: 'multiline',
    kind: oneOf(['off', 'indented', 'dated']),
    default: 'off',
    help: 'Which lines belong together.',
  },
  { name: 'start', kind: expression, help: 'How the first of several lines begins, instead of --multiline.' },
  {
    name: 'include',
    kind: named('TEXT'),
    repeated: true,
    help: 'Ship only entries with this text; can be repeated for more.',
  },
  {
    name: 'exclude',
    kind: named('TEXT'),
    repeated: true,
    help: 'Ship no entries with this text; can be repeated for more.',
  },
  { name: 'interval', kind: durationWithin('1ms', '1h', '1s'), default: '1s', help: 'How long lines are gathered.' },
  {
    name: 'linger',
    kind: durationWithin('0s', '24h', '10s'),
    default: '0s',
    help: 'How long the files must be quiet before it ends.',
  },
  {
    name: 'timeout',
    kind: durationWithin('1s', '10m', '30s'),
    default: '30s',
    help: 'How long the receiver may take to answer.',
  },
  {
    name: 'compression',
    kind: oneOf(['none', 'gzip']),
    default: 'none',
    help: 'Compression of what is sent over HTTP.',
  },
  { name: 'login', kind: secret, help: 'Mounted Secret with authorization, token, or username and password.' },
  { name: 'authority', kind: secret, help: 'Mounted Secret with ca.crt.' },
  { name: 'client', kind: secret, help: 'Mounted Secret with tls.crt and tls.key.' },
  { name: 'ready', help: 'End with 0 if the program has started, else with 1.' },
] as const satisfies readonly Flag[];

/** Everything that can be set, read once at the start. */
export type Settings = FlagValues<typeof flags>;

/** The command line of logship. */
export const logship: Command<typeof flags> = {
  name: 'logship',
  summary: 'Ships what an app writes into files, each line once, the last ones too.',
  flags,
  check(settings, isSet) {
    if (settings.ready) return [];
    const { folder, file, to, url } = settings;
    const outside = file.filter((name) => !name.startsWith(`${folder}/`));
    return [
      ...(isSet('file') ? [] : ['--file is required: --file PATTERN.']),
      ...outside.map((name) => `--file ${name} is outside of --folder ${folder}. Name files in that folder.`),
      ...(to === 'stdout' || !(url || !isSet('url')) ? [] : addressProblems(to, url?.protocol)),
    ];
  },
};

function addressProblems(to: string, scheme: string | undefined): string[] {
  const schemes = to === 'syslog' ? ['tcp:', 'tls:'] : ['http:', 'https:'];
  if (schemes.includes(scheme ?? '')) return [];
  return [`--to ${to} requires a --url that begins with ${schemes.map((each) => `${each}//`).join(' or ')}.`];
}

/** What of the settings is about files. */
export function followSettings({ root, folder = '', file, multiline, start }: Settings): FollowSettings {
  const begins: Begins = start ? (line) => start.matcher(line).lookingAt() : joins[multiline];
  return { root, folder, begins, patterns: file.map((name) => readPattern(name, folder)) };
}

/** What of the settings is about entries. */
export function harvestSettings({ origin, include, exclude, time, parse }: Settings): HarvestSettings {
  const has = (text: string, parts: readonly string[]) => parts.some((part) => text.includes(part));
  const keeps = (text: string) => (include.length === 0 || has(text, include)) && !has(text, exclude);
  return { origin, keeps, isTimed: time === 'line', isJson: parse === 'json' };
}

/** Names and values, without those that have no value: a label that this pod does not have. */
export function pairs(all: readonly (readonly [string, string])[]): ReadonlyMap<string, string> {
  return new Map(all.filter(([, value]) => value !== ''));
}
