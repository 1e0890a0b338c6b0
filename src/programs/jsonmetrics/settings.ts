import { parseArgs } from 'node:util';
import { type Path, parsePath } from './path.ts';
import { ownNames } from './text.ts';

/** A value that is looked for: its name for Prometheus, and where it is, as written and as read. */
export interface Metric {
  readonly name: string;
  readonly text: string;
  readonly path: Path;
}

/** Everything that can be set, read once at the start. */
export interface Settings {
  readonly target: URL;
  readonly host: string | undefined;
  readonly port: number;
  /** Milliseconds that the app may take for an answer. */
  readonly patience: number;
  readonly metrics: readonly Metric[];
}

export const usage = `usage: jsonmetrics --target=URL --value=NAME=PATH ... [OPTION ...]

Asks an app for JSON and serves numbers of it for Prometheus, at /metrics.

  --target=URL                  where the app serves the JSON; http or https
  --value=NAME=PATH             a metric and where its value is: queue.depth, workers[0].busy, statuses.* (all of them)
  --web.listen-address=:PORT    where the metrics are served, also ADDRESS:PORT (default :29100)
  --timeout=SECONDS             that the app may take for an answer (default 5)
`;

const options = {
  target: { type: 'string', default: '' },
  value: { type: 'string', multiple: true },
  'web.listen-address': { type: 'string', default: ':29100' },
  timeout: { type: 'string', default: '5' },
  help: { type: 'boolean', default: false },
} as const;

/** Reads the command line; each problem is a message that says what to write instead. */
export function parseSettings(
  args: readonly string[],
): { readonly settings: Settings } | { readonly problems: readonly string[] } | { readonly help: true } {
  const values = readArguments(args);
  if ('problem' in values) return { problems: [values.problem] };
  if (values.help) return { help: true };

  const problems: string[] = [];
  const target = URL.parse(values.target);
  if (target === null || !/^https?:$/.test(target.protocol))
    problems.push(`--target=${values.target}: write a URL, such as http://127.0.0.1:8080/stats.`);
  const address = values['web.listen-address'];
  const [, host = '', port] = /^([\w.-]*):(\d{1,5})$/.exec(address) ?? [];
  if (!(Number(port) <= 65_535)) problems.push(`--web.listen-address=${address}: write :PORT, such as :29100.`);
  const seconds = /^\d{1,2}(\.\d+)?$/.test(values.timeout) ? Number(values.timeout) : 0;
  if (seconds === 0) problems.push(`--timeout=${values.timeout}: write seconds, such as 5.`);

  const metrics: Metric[] = [];
  const names = [...ownNames];
  for (const text of values.value ?? []) {
    const metric = parseMetric(text);
    if (!metric)
      problems.push(`--value=${text}: write NAME=PATH, such as queue_depth=queue.depth or requests=statuses.*`);
    else if (names.includes(metric.name))
      problems.push(`--value=${text}: the name ${metric.name} is taken; write another.`);
    else {
      metrics.push(metric);
      names.push(metric.name);
    }
  }
  if (!values.value) problems.push('--value is missing: write NAME=PATH, such as queue_depth=queue.depth.');

  if (target === null || problems.length > 0) return { problems };
  return { settings: { target, host: host || undefined, port: Number(port), patience: seconds * 1000, metrics } };
}

function parseMetric(text: string): Metric | undefined {
  const [, name = '', where = ''] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)=(.+)$/.exec(text) ?? [];
  const path = parsePath(where);
  return path && { name, text: where, path };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error);
    return { problem: `${message?.replace(/\.$/, '')}. --help lists the options.` };
  }
}
