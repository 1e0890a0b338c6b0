import { parseArgs } from 'node:util';

/** Where lines can go. */
export const receivers = ['loki', 'elasticsearch', 'otlp', 'http', 'syslog', 'stdout'] as const;
export type Receiver = (typeof receivers)[number];

export const usage = `usage: logship --folder=PATH --file=PATTERN --to=RECEIVER [OPTION ...]

Ships what an app writes into files, each line once, the last ones too.

  --root=PATH         where the shared folder is mounted (default /logs)
  --folder=PATH       what that folder is to the app
  --file=PATTERN      files that are shipped, as the app calls them; again for more
  --state=PATH        where is noted what the receiver has (default /state)
  --to=RECEIVER       ${receivers.join(', ')}
  --url=URL           the receiver's address
  --format=FORMAT     json or text (http, stdout)
  --index=NAME        of Elasticsearch
  --header=NAME=VALUE of each request; again for more
  --label=NAME=VALUE  of each line; again for more. One without a value is left out
  --origin=TEXT       tells lines of this pod from those of others
  --multiline=HOW     indented or dated: which lines belong together
  --start=REGEX       how the first of several lines begins
  --interval=MS       for which lines are gathered (default 1000)
  --linger=MS         for which the files must be quiet before it ends (default 0)
  --login=PATH        a mounted Secret with authorization, token, or username and password
  --authority=PATH    a mounted Secret with ca.crt
  --client=PATH       a mounted Secret with tls.crt and tls.key
  --ready             ends with 0 if the program is in place, else with 1
`;

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true, default: [] as string[] } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  root: { ...text, default: '/logs' },
  folder: { ...text, default: '' },
  file: list,
  state: { ...text, default: '/state' },
  to: { ...text, default: '' },
  url: text,
  format: text,
  index: { ...text, default: 'logs-app-default' },
  header: list,
  label: list,
  origin: { ...text, default: '' },
  multiline: text,
  start: text,
  interval: { ...text, default: '1000' },
  linger: { ...text, default: '0' },
  login: text,
  authority: text,
  client: text,
  ready: flag,
  help: flag,
} as const;

/** The options as they are written; a message where they cannot be read. */
export function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true });
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { problem: `${message?.replace(/\.$/, '')}. --help lists the options.` };
  }
}
