import { deprecatedFlags, gitSyncFlags } from './git-sync-flags.ts';

const durationUnits = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const duration = /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;

/**
 * What git-sync v4.7.1 would reject in these arguments, or take otherwise than meant: one message each.
 * `environment` names the variables that are set beside them (`GITSYNC_USERNAME` stands in for `--username`).
 */
export function checkArguments(args: readonly string[], environment: readonly string[] = []): string[] {
  const { values, complaints } = readArguments(args);
  const has = (name: string): boolean => !!values.get(name) || environment.includes(variableOf(name));
  const complainIf = (wrong: boolean, message: string) => wrong && complaints.push(message);

  for (const name of ['repo', 'root']) complainIf(!has(name), `--${name} is required`);
  complainIf(!has('link'), '--link is not set: the name would depend on the repository');
  const password = has('password-file') || environment.includes('GITSYNC_PASSWORD');
  complainIf(has('username') && !password, '--username needs --password-file or GITSYNC_PASSWORD');
  complainIf(!has('username') && password, 'a password needs --username');
  complainIf(
    has('password-file') && environment.includes('GITSYNC_PASSWORD'),
    'only one of --password-file and GITSYNC_PASSWORD may be set',
  );
  complainIf(
    has('username') && /^[a-z]+:\/\/[^/]*@/.test(values.get('repo') ?? ''),
    '--repo may not hold credentials when --username is set',
  );
  for (const name of ['http-metrics', 'http-pprof']) {
    complainIf(values.get(name) === 'true' && !has('http-bind'), `--${name} needs --http-bind`);
  }
  for (const hook of ['exechook', 'webhook']) {
    const idle = [...values.keys()].filter((name) => name.startsWith(`${hook}-`));
    const main = hook === 'exechook' ? 'exechook-command' : 'webhook-url';
    complainIf(idle.length > 0 && !has(main), `--${idle[0]} does nothing without --${main}`);
  }
  return complaints;
}

function variableOf(flag: string): string {
  return `GITSYNC_${flag.toUpperCase().replaceAll('-', '_')}`;
}

/** The flags with their values (the last one, for a list), and what is wrong with each by itself. */
function readArguments(args: readonly string[]) {
  const values = new Map<string, string>();
  const complaints: string[] = [];
  const left = [...args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    const [, name, given] = /^--([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const flag = name === undefined ? undefined : gitSyncFlags[name];
    if (name === undefined || flag === undefined) {
      complaints.push(unknown(argument, name));
      continue;
    }
    const value = given ?? (flag.type === 'bool' ? 'true' : left.shift());
    if (value === undefined) complaints.push(`--${name} needs a value`);
    else complaints.push(...checkValue(name, value));
    if (values.has(name) && flag.type !== 'list') complaints.push(`--${name} is given twice`);
    values.set(name, value ?? '');
  }
  return { values, complaints };
}

function unknown(argument: string, name: string | undefined): string {
  if (name === undefined) return `${JSON.stringify(argument)} is not a flag`;
  const instead = deprecatedFlags[name];
  return instead === undefined ? `--${name} is unknown` : `--${name} is deprecated: write ${instead}`;
}

function checkValue(name: string, value: string): string[] {
  const { type, least, choices } = gitSyncFlags[name] ?? {};
  const amount = type === 'int' ? Number(value) : type === 'duration' ? milliseconds(value) : undefined;
  if (type === 'int' && !/^[+-]?(0|[1-9]\d{0,17})$/.test(value)) return [`--${name} is not a whole number: ${value}`];
  if (type === 'duration' && !duration.test(value)) return [`--${name} is not a duration: ${value}`];
  if (type === 'bool' && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    return [`--${name} is not a boolean: ${value}`];
  }
  if (choices && !choices.includes(value)) return [`--${name} is none of ${choices.join(', ')}: ${value}`];
  if (least !== undefined && amount !== undefined && amount < least) return [`--${name} is too small: ${value}`];
  return [];
}

function milliseconds(text: string): number {
  const parts = text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g);
  const total = [...parts].reduce(
    (sum, [, number, unit]) => sum + Number(number) * durationUnits[unit as keyof typeof durationUnits],
    0,
  );
  return text.startsWith('-') ? -total : total;
}
