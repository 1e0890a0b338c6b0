import { hidden, isPort, maskText, tellsNothing } from './mask-text.ts';
import { isSecretName } from './secret-name.ts';

/** Programs whose short options take a secret: standing before it, or with the secret glued to the letter. */
const shortOptions: readonly { program: RegExp; before: RegExp; glued?: RegExp }[] = [
  { program: /^(?:mysql(?!d$|d_)\w*|mariadb(?!d$|d-)[\w-]*)$/, before: /^$/, glued: /^-p(?=.)/ },
  { program: /^(?:sshpass|mongo(?:sh|dump|restore)?)$/, before: /^-p$/, glued: /^-p(?=.)/ },
  { program: /^ldap(?:search|add|modify|delete|passwd|whoami)$/, before: /^-w$/ },
  { program: /^redis-(?:cli|benchmark)$/, before: /^-a$/ },
  { program: /^(?:mosquitto_(?:pub|sub)|sqlcmd|bcp|ipmitool|zip|unzip)$/, before: /^-P$/, glued: /^-P(?=.)/ },
  { program: /^7z[arz]?$/, before: /^$/, glued: /^-p(?=.)/ },
  { program: /^snmp(?:get|getnext|bulkget|walk|bulkwalk|set|table|trap)$/, before: /^-[AXc]$/ },
  { program: /^openssl$/, before: /^-[kK]$/ },
  { program: /^ssh-keygen$/, before: /^-[NP]$/ },
  { program: /^(?:smbclient|lftp)$/, before: /^-[uU]$/, glued: /^(?:-[uU]|--user=)(?=.*[%,])/ },
  { program: /^etcdctl$/, before: /^--user$/, glued: /^--user=(?=.*:)/ },
  {
    program: /^curl$/,
    before: /^(?:-[#0-9fgijkLnNOpqRsSvZ]*[uU]|-b|--user|--proxy-user)$/,
    glued: /^(?:-[#0-9fgijkLnNOpqRsSvZ]*[uU]|--user=|--proxy-user=)(?=.*:)/,
  },
  { program: /^https?$/, before: /^(?:-a|--auth)$/, glued: /^-a(?=.*:)/ },
  // A subcommand: docker, podman, helm registry, az, oc, skopeo.
  { program: /^login$/, before: /^-p$/ },
];

/** An option whose value, if it has one, is the next argument. */
const loneOption = /^--?[A-Za-z][\w.-]*$/;

/** What follows `--password` and is surely not its value. */
const otherOption = /^(?:-[A-Za-z]|--[A-Za-z][\w.-]*(?:=.*)?)$/;

/** `aws configure set aws_secret_access_key …`, `redis-cli CONFIG SET requirepass …` */
const setter = /^set$/i;

/** How deep quotes within quotes are read: `sh -c "sh -c '…'"`. */
const depthMax = 3;

/**
 * Hides the secrets of a command line, argument by argument: the values of options and settings with a secret's name,
 * passwords in addresses, and what is known by its look. The number of arguments stays the same, and masking what is
 * masked already changes nothing.
 */
export function maskArguments(args: readonly string[], depth = 0): string[] {
  const options = new Set<(typeof shortOptions)[number]>();
  let announced = false;
  return args.map((arg, i) => {
    if (announced && !otherOption.test(arg)) {
      announced = false;
      return tellsNothing(arg) ? arg : hidden;
    }
    const program = arg.slice(arg.lastIndexOf('/') + 1);
    for (const one of shortOptions) if (one.program.test(program)) options.add(one);
    const glued = [...options].flatMap((one) => one.glued?.exec(arg)?.[0] ?? []).at(0);
    const named = loneOption.test(arg) || (setter.test(args[i - 1] ?? '') && !arg.includes('='));
    announced = !glued && ([...options].some((one) => one.before.test(arg)) || (named && isSecretName(arg)));
    return glued ? `${glued}${hidden}` : maskArgument(arg, depth);
  });
}

/** `--password=…`, `PASSWORD=…`, `Authorization: …`: the program itself reads the whole rest as the value. */
const setting = /^(?<name>[-/]{0,2}[A-Za-z](?:[\w.-]|\[\w+\])*(?:=|:(?!\/\/)\s*))(?<value>.+)$/s;

/** White space, or a word of a shell line, its quotes kept together. */
const words = /\s+|(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+|["']/g;

function maskArgument(arg: string, depth: number): string {
  const whole = setting.exec(arg)?.groups;
  if (whole?.name && isSecretName(whole.name)) {
    const value = whole.value ?? '';
    return tellsNothing(value) || isPort(whole.name, value) ? arg : `${whole.name}${hidden}`;
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
