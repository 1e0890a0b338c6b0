import { type DocumentOptions, type ParseOptions, type ScalarTag, Schema, type SchemaOptions } from 'yaml';
import type { Json } from '../core/json.ts';

/** Unquoted null, true and false. */
const nothing = /^(?:~|null|Null|NULL)?$/;
const truth = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const untruth = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
/** In characters, also of `-.inf`. */
const longestWord = 5;
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;
const fraction = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** A number, or the text itself when it only begins like a number. */
function readNumber(text: string): number | string {
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  if (!integer.test(plain)) return fraction.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : text;
  const digits = plain.replace(/^[-+]/, '');
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  return (plain.startsWith('-') ? -1 : 1) * (octal === undefined ? Number(digits) : Number.parseInt(octal, 8));
}

/** The value of a plain scalar: see `schema`. */
export function plainScalar(text: string): Json {
  if (/^[-+.0-9]/.test(text)) return readNumber(text);
  if (text.length > longestWord) return text;
  if (nothing.test(text)) return null;
  if (truth.test(text)) return true;
  return untruth.test(text) ? false : text;
}

function tag(name: string, test: RegExp, resolve: ScalarTag['resolve']): ScalarTag {
  return { default: true, tag: `tag:yaml.org,2002:${name}`, test, resolve };
}

/**
 * Plain scalars as kubectl reads them (sigs.k8s.io/yaml): YAML 1.1 with its `on`, `no` and octal `010`,
 * but without base 60 numbers, and dates stay strings.
 */
const schema = new Schema({
  schema: 'failsafe',
  merge: true,
  customTags: [
    tag('null', nothing, () => null),
    tag('bool', truth, () => true),
    tag('bool', untruth, () => false),
    tag('int', /^[-+.0-9]/, readNumber),
    { tag: 'tag:yaml.org,2002:float', resolve: readNumber },
  ],
});

/** How documents are parsed: without console output, and with the position of every token if they are to be edited. */
export function parseOptions(keepSourceTokens: boolean): ParseOptions & DocumentOptions & SchemaOptions {
  // The parser compares each key with all before it: duplicateKeys does the same in one walk.
  return { version: '1.1', schema, logLevel: 'silent', prettyErrors: false, keepSourceTokens, uniqueKeys: false };
}

/** True when some parser of YAML 1.1 or 1.2 may not read the unquoted text as this string. */
export function readsAsOther(text: string): boolean {
  if (text.length > longestWord && !/^[-+._0-9]/.test(text)) return false;
  if (nothing.test(text) || truth.test(text) || untruth.test(text)) return true;
  if (/^(?:null|true|false|yes|no|on|off|y|n|=|<<|[-+]?\.(?:inf|nan))$/i.test(text)) return true;
  return /^[-+]?[._]*[0-9]/.test(text) && !/^[0-9]+(?:m|[KMGTP]i?|s|h)$/.test(text);
}
