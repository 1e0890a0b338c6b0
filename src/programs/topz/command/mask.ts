import { isPort, tellsNothing } from './harmless.ts';
import { hidden, maskText } from './mask-text.ts';
import { isLoginName, isSecretName } from './secret-name.ts';
import { isSpace, splitWords } from './shell-words.ts';
import { type ShortOptions, shortOptionsOf } from './short-options.ts';

/** An option whose value, if it has one, is the next argument. */
const loneOption = /^(?:--?|\+)[A-Za-z][\w.-]*$/;

/** What follows `--password` and is surely not its value. */
const otherOption = /^(?:-[A-Za-z]|--[A-Za-z][\w.-]*(?:=.*)?)$/s;

/** `aws configure set aws_secret_access_key …`, `redis-cli CONFIG SET requirepass …`, `etcdctl put /db/password …` */
const setter = /^(?:set|put|config)$/i;
const bareKey = /^(?!set-)[\w/:.@-]{1,200}$/;

/** `nmcli … password …`, `pdftk … user_pw …` */
const bareName = /^(?:password|passphrase|\w{1,20}_pw)$/;

/** What stands between a name and its value. */
const joins = /^(?:=>?|:)$/;

/**
 * The user before a password, as in `--user ann:x`; not a group, an address, or a user of Kubernetes (`system:admin`).
 */
const userPart =
  /^(?!system:|\d+:\d+$|([\w-]+):\1$|[\w-]+:(?:\d{1,5}|root|wheel|adm|users|staff|daemon|docker|nobody|nogroup)$)[^\s:/]{1,100}:(?!\/\/)(?=.)/;

/** Behind it another program's command line begins, or a file's name. */
function separates(arg: string): boolean {
  return arg.endsWith(';') || /^(?:\|\|?$|&&?$|\d?[<>])/.test(arg);
}

/** `sh -c 'PASSWORD=… app'`: a script, not one value with spaces. */
const shell = /(?:^|\/)(?:(?:ba|da|a|z|k)?sh|su)$/;
const scriptOption = /^-[a-z]{0,5}c$/;

/** How deep quotes within quotes are read: `sh -c "sh -c '…'"`. */
const depthMax = 3;

/** What is known of the command line so far. */
type Known = {
  options: Set<ShortOptions>;
  /** The next argument is a secret, behind the part that `keep` matches. */
  next?: { keep?: RegExp } | undefined;
  isSet: boolean;
  isRest: boolean;
  isLast: boolean;
  isShell: boolean;
  isScript: boolean;
  /** Index of the last argument that is not an option. */
  operand?: number;
};

/**
 * Hides the secrets of a command line, argument by argument: the values of options and settings with a secret's name,
 * passwords in addresses, and what is known by its look. The number of arguments stays the same, and masking what is
 * masked already changes nothing. The time grows as the length does.
 */
export function maskArguments(args: readonly string[], depth = 0): string[] {
  const shown: string[] = [];
  let known = nothing();
  const endCommand = () => {
    if (known.isLast && known.operand !== undefined) shown[known.operand] = hidden;
    known = nothing();
  };
  for (const arg of args) {
    const isSeparator = separates(arg);
    const isValue =
      (known.next || known.isRest) && !joins.test(arg) && !otherOption.test(arg) && !(isSeparator && arg.length < 3);
    if (!arg.startsWith('-') && !isSeparator) known.operand = shown.length;
    shown.push(isValue ? hideValue(arg, known.next?.keep) : maskNext(arg, known, depth));
    if (isValue) known.next = undefined;
    if (isSeparator) endCommand();
  }
  endCommand();
  return shown;
}

function nothing(): Known {
  return { options: new Set(), isSet: false, isRest: false, isLast: false, isShell: false, isScript: false };
}

function hideValue(arg: string, keep: RegExp | undefined): string {
  if (tellsNothing(arg)) return arg;
  if (!keep) return hidden;
  const kept = keep.exec(arg)?.[0];
  return kept === undefined ? maskText(arg) : kept + hidden;
}

/** Masks an argument that is not a secret as a whole, and notes what it says of those behind it. */
function maskNext(arg: string, known: Known, depth: number): string {
  // `password => x` and `password = x` in a script: the value is still to come.
  if (arg === '' || joins.test(arg)) return arg;
  for (const one of shortOptionsOf(arg)) known.options.add(one);
  known.next = undefined;
  for (const one of known.options) {
    const glued = one.glued?.exec(arg)?.[0];
    const isBefore = one.before?.test(arg) ?? false;
    if (one.once && (isBefore || glued !== undefined)) known.options.delete(one);
    if (glued !== undefined) return `${glued}${hidden}`;
    if (isBefore) known.next = one.keep ? { keep: one.keep } : {};
    known.isRest ||= one.rest?.test(arg) ?? false;
    known.isLast ||= one.last?.test(arg) ?? false;
  }
  known.isSet ||= setter.test(arg);
  const names = loneOption.test(arg) || bareName.test(arg);
  const key = !names && known.isSet && bareKey.test(arg) ? arg.split(/[/:.]/).at(-1) : undefined;
  if (isSecretName(names ? arg : (key ?? ''))) known.next ??= {};
  else if (names && isLoginName(arg)) known.next ??= { keep: userPart };
  const isScript = known.isScript && /\s/.test(arg);
  known.isShell ||= shell.test(arg);
  known.isScript = known.isShell && scriptOption.test(arg);
  return isScript ? maskScriptArgument(arg, depth) : maskArgument(arg, depth);
}

/** `--password=…`, `PASSWORD=…`, `Authorization: …`: the program itself reads the whole rest as the value. */
const setting = /^(?<name>[-/]{0,2}[A-Za-z_](?:[\w.-]|\[\w{1,20}\]){0,200}(?:=|:(?!\/\/)\s{0,40}))(?<value>.+)$/s;

function maskArgument(arg: string, depth: number): string {
  const whole = /[:=]/.test(arg) ? setting.exec(arg)?.groups : undefined;
  if (whole?.name && isSecretName(whole.name)) {
    const value = whole.value ?? '';
    return tellsNothing(value) || isPort(whole.name, value) ? arg : `${whole.name}${hidden}`;
  }
  const user = whole?.name && isLoginName(whole.name) ? userPart.exec(whole.value ?? '')?.[0] : undefined;
  return user === undefined ? maskScriptArgument(arg, depth) : `${whole?.name}${user}${hidden}`;
}

function maskScriptArgument(arg: string, depth: number): string {
  const inside = /\s/.test(arg) && depth < depthMax ? maskScript(arg, depth) : arg;
  // The words of a script are looked at with the whole script.
  return depth === 0 ? maskText(inside) : inside;
}

/** A script for a shell, or a title that the program gave itself: a command line within the argument. */
function maskScript(arg: string, depth: number): string {
  const quoted = /^(?<quote>["'])(?<inside>.*)\k<quote>$/s.exec(arg)?.groups;
  if (quoted) return `${quoted.quote}${maskArgument(quoted.inside ?? '', depth + 1)}${quoted.quote}`;
  const parts = splitWords(arg);
  const words = parts.filter((part) => !isSpace(part));
  const masked = maskArguments(words, depth + 1)[Symbol.iterator]();
  return parts.map((part) => (isSpace(part) ? part : (masked.next().value ?? ''))).join('');
}
