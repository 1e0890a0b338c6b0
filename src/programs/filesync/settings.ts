import { type Kind, matching, named, oneOf, text } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Command } from '../kit/command.ts';
import { durationWithin } from '../kit/kinds.ts';

const mode = matching('MODE', 'octal digits that let the owner read, such as 0644', /^0?[4-7][0-7]{2}$/);

/** An address of the pod itself. */
const local: Kind<URL> = {
  word: 'URL',
  expected: 'http://localhost:PORT/PATH',
  read(text) {
    const url = URL.parse(text);
    const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
    return isLocal && url.username === '' ? url : undefined;
  },
};

const signals = ['HUP', 'USR1', 'USR2', 'INT', 'TERM', 'QUIT', 'WINCH'] as const;

const flags = [
  { name: 'source', kind: named('DIR'), default: '/source', help: 'The volume as the kubelet mounts it.' },
  { name: 'target', kind: named('DIR'), default: '/target', help: 'Where the folder "files" of the app is kept.' },
  { name: 'mode', kind: mode, default: '0644', help: 'Mode of the files, in octal digits.' },
  { name: 'signal', kind: oneOf(signals), help: 'Signal that the app gets after a change.' },
  { name: 'process', kind: { ...text, word: 'NAME' }, default: '', help: 'Process that gets the signal.' },
  { name: 'call', kind: local, help: 'Address of the pod that is called after a change.' },
  { name: 'method', kind: oneOf(['GET', 'POST', 'PUT']), default: 'POST', help: 'Method of that call.' },
  {
    name: 'period',
    kind: durationWithin('1ms', '10m', '1s'),
    default: '1s',
    help: 'Time between two looks at the source.',
  },
  { name: 'once', help: 'Fill the folder, notify nobody and end.' },
  { name: 'ready', help: 'End with 0 if the folder is filled, else with 1.' },
] as const satisfies readonly Flag[];

/** Everything that can be set, read once at the start. */
export type Settings = FlagValues<typeof flags>;

/** The command line of filesync. */
export const filesync: Command<typeof flags> = {
  name: 'filesync',
  summary:
    'Keeps the files of mounted ConfigMaps and Secrets in a folder, as plain files, and notifies the app of changes.',
  flags,
  check: ({ process, once, ready }, isSet) => [
    ...(isSet('signal') === (process !== '') ? [] : ['Set both --signal and --process, or neither.']),
    ...(once && ready ? ['Set --once or --ready, not both.'] : []),
  ],
};
