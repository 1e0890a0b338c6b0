import { parseArgs } from 'node:util';

/** Everything that can be set, read once at the start. */
export type Settings = {
  readonly source: string;
  readonly target: string;
  readonly mode: number;
  readonly signal: NodeJS.Signals | undefined;
  readonly process: string;
  readonly call: URL | undefined;
  readonly method: string;
  /** Milliseconds between two looks. */
  readonly period: number;
  readonly task: 'keep' | 'once' | 'ready';
};

const signals = ['HUP', 'USR1', 'USR2', 'INT', 'TERM', 'QUIT', 'WINCH'] as const;
const methods = ['GET', 'POST', 'PUT'];

export const usage = `usage: filesync [OPTION ...]

Keeps the files of mounted ConfigMaps and Secrets in a folder, as plain files, and tells the app of changes.

  --source=FOLDER   the volume, as the kubelet mounts it (default /source)
  --target=FOLDER   where the app's folder "files" is kept (default /target)
  --mode=MODE       of the files, in octal digits (default 0644)
  --signal=NAME     is sent to the app after a change: ${signals.join(', ')}
  --process=NAME    whom the signal is sent to
  --call=URL        is called after a change; an http address of the pod itself
  --method=METHOD   of that call: ${methods.join(', ')} (default POST)
  --period=MS       milliseconds between two looks at the source (default 1000)
  --once            fills the folder, tells nobody and ends
  --ready           ends with 0 if the folder has been filled, else with 1
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  source: { ...text, default: '/source' },
  target: { ...text, default: '/target' },
  mode: { ...text, default: '0644' },
  signal: text,
  process: text,
  call: text,
  method: { ...text, default: 'POST' },
  period: { ...text, default: '1000' },
  once: flag,
  ready: flag,
  help: flag,
} as const;

const hosts = ['localhost', '127.0.0.1'];

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
  const signal = signals.find((name) => name === values.signal);
  const call = values.call === undefined ? undefined : (URL.parse(values.call) ?? undefined);
  const period = Number(values.period);
  check(/^0?[4-7][0-7]{2}$/.test(values.mode), `--mode=${values.mode}: write octal digits, such as 0644.`);
  check(
    values.signal === undefined || signal !== undefined,
    `--signal=${values.signal}: write one of ${signals.join(', ')}.`,
  );
  check((values.signal === undefined) === !values.process, '--signal and --process need each other.');
  const local = call?.protocol === 'http:' && hosts.includes(call.hostname) && call.username === '';
  check(values.call === undefined || local, `--call=${values.call}: write http://localhost:PORT/PATH.`);
  check(methods.includes(values.method), `--method=${values.method}: write one of ${methods.join(', ')}.`);
  check(/^[1-9]\d{0,5}$/.test(values.period), `--period=${values.period}: write milliseconds, such as 1000.`);
  check(!(values.once && values.ready), '--once and --ready exclude each other.');
  if (problems.length > 0) return { problems };

  const { source, target, process = '', method } = values;
  const task = values.once ? 'once' : values.ready ? 'ready' : 'keep';
  const mode = Number.parseInt(values.mode, 8);
  return {
    settings: { source, target, mode, signal: signal && `SIG${signal}`, process, call, method, period, task },
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true });
  } catch (error) {
    const [message] = (error instanceof Error ? error.message : String(error)).split('. ');
    return { problem: `${message?.replace(/\.$/, '')}. --help lists the options.` };
  }
}
