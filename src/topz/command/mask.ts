import { hidden, maskText, tellsNothing } from './mask-text.ts';
import { isSecretName } from './secret-name.ts';

/** Programs whose short options take a secret: standing before it, or with the secret glued to the letter. */
const shortOptions: readonly { program: RegExp; before: RegExp; glued?: RegExp }[] = [
  { program: /^(?:mysql\w*|mariadb[\w-]*)$/, before: /^$/, glued: /^-p(?=.)/ },
  { program: /^(?:sshpass|mongo(?:sh|dump|restore)?)$/, before: /^-p$/, glued: /^-p(?=.)/ },
  { program: /^ldap(?:search|add|modify|delete|passwd|whoami)$/, before: /^-w$/ },
  { program: /^redis-(?:cli|benchmark)$/, before: /^-a$/ },
  { program: /^mosquitto_(?:pub|sub)$/, before: /^-P$/ },
  {
    program: /^(?:curl|https?)$/,
    before: /^(?:-u|-U|-a|--user|--proxy-user)$/,
    glued: /^(?:-u|-U|--user=|--proxy-user=)(?=.*:)/,
  },
];

/** An option whose value, if it has one, is the next argument. */
const loneOption = /^--?[A-Za-z][\w.-]*$/;

/** What follows `--password` and is surely not its value. */
const otherOption = /^(?:-[A-Za-z]|--[A-Za-z][\w.-]*(?:=.*)?)$/;

/** How deep quotes within quotes are read: `sh -c "sh -c '…'"`. */
const depthMax = 3;

/**
 * Hides the secrets of a command line, argument by argument: the values of options and settings with a secret's name,
 * passwords in addresses, and what is known by its look. The number of arguments stays the same, and masking what is
 * masked already changes nothing.
 */
export function maskArguments(args: readonly string[], depth = 0): string[] {
  let options: (typeof shortOptions)[number] | undefined;
  let announced = false;
  return args.map((arg) => {
    if (announced && !otherOption.test(arg)) {
      announced = false;
      return tellsNothing(arg) ? arg : hidden;
    }
    const program = arg.slice(arg.lastIndexOf('/') + 1);
    options = shortOptions.find((entry) => entry.program.test(program)) ?? options;
    const glued = options?.glued?.exec(arg)?.[0];
    announced = !glued && (options?.before.test(arg) || (loneOption.test(arg) && isSecretName(arg)));
    return glued ? `${glued}${hidden}` : maskArgument(arg, depth);
  });
}

/** `--password=…`, `PASSWORD=…`, `Authorization: …`: the program itself reads the whole rest as the value. */
const setting = /^(?<name>[-/]{0,2}[A-Za-z][\w.-]*(?:=|:\s+))(?<value>.+)$/s;

/** White space, or a word of a shell line, its quotes kept together. */
const words = /\s+|(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+|["']/g;

function maskArgument(arg: string, depth: number): string {
  const whole = setting.exec(arg)?.groups;
  if (whole?.name && isSecretName(whole.name)) {
    return tellsNothing(whole.value ?? '') ? arg : `${whole.name}${hidden}`;
  }
  if (!/\s/.test(arg) || depth === depthMax) return maskText(arg);
  const quoted = /^(?<quote>["'])(?<inside>.*)\k<quote>$/s.exec(arg)?.groups;
  if (quoted) return `${quoted.quote}${maskArgument(quoted.inside ?? '', depth + 1)}${quoted.quote}`;
  // A script for a shell, or a title that the program gave itself: a command line within the argument.
  const parts = arg.match(words) ?? [];
  const masked = maskArguments(
    parts.filter((part) => /\S/.test(part)),
    depth + 1,
  );
  return maskText(parts.map((part) => (/\S/.test(part) ? (masked.shift() ?? '') : part)).join(''));
}
