import type { Kind } from '../../flags/kinds.ts';
import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Command } from '../kit/command.ts';
import { address, durationWithin, url } from '../kit/kinds.ts';
import { type Metric, parsePath } from './path.ts';
import { ownNames } from './text.ts';

const metric: Kind<Metric> = {
  word: 'NAME=PATH',
  expected: 'NAME=PATH, such as queue_depth=queue.depth or requests=statuses.*',
  read(text) {
    const [, name = '', where = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)=(.+)$/.exec(text) ?? [];
    const path = parsePath(where);
    return path && { name, text: where, path };
  },
};

const target = url(['http:', 'https:'], 'http://127.0.0.1:8080/stats');

const flags = [
  { name: 'target', kind: target, required: true, help: 'Where the app serves the JSON. Required.' },
  {
    name: 'value',
    kind: metric,
    repeated: true,
    required: true,
    help: 'A metric and the path of its value: queue.depth, workers[0].busy, or statuses.* for all. Required; can be repeated.',
  },
  { name: 'web.listen-address', kind: address, default: ':29100', help: 'Where the metrics are served.' },
  {
    name: 'timeout',
    kind: durationWithin('1ms', '99s', '5s'),
    default: '5s',
    help: 'How long the app may take to answer.',
  },
] as const satisfies readonly Flag[];

/** Everything that can be set, read once at the start. */
export type Settings = FlagValues<typeof flags>;

/** The command line of jsonmetrics. */
export const jsonmetrics: Command<typeof flags> = {
  name: 'jsonmetrics',
  summary: 'Asks an app for JSON and serves numbers of it for Prometheus, at /metrics.',
  flags,
  check({ value }) {
    const names = value.map(({ name }) => name);
    const taken = names.filter((name, i) => ownNames.includes(name) || names.indexOf(name) < i);
    return [...taken.map((name) => `--value: the name ${name} is taken. Choose another one.`)];
  },
};
