import type { Flag, FlagValues } from '../../flags/read-flags.ts';
import type { Command } from '../kit/command.ts';
import { address, durationWithin, url } from '../kit/kinds.ts';

const flags = [
  {
    name: 'target',
    kind: url(['http:'], 'http://127.0.0.1:9104'),
    required: true,
    help: 'Where the exporter listens. Required.',
  },
  { name: 'web.listen-address', kind: address, default: ':29100', help: 'Where the metrics are served.' },
  {
    name: 'timeout',
    kind: durationWithin('1ms', '99s', '30s'),
    default: '30s',
    help: 'How long the exporter may take to answer.',
  },
] as const satisfies readonly Flag[];

/** Everything that can be set, read once at the start. */
export type Settings = FlagValues<typeof flags>;

/** The command line of onlymetrics. */
export const onlymetrics: Command<typeof flags> = {
  name: 'onlymetrics',
  summary: 'Serves /metrics of an exporter, to which it passes on nothing that a client sends.',
  flags,
};
