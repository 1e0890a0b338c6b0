import { isPort, tellsNothing } from './harmless.ts';
import { isSecretName } from './secret-name.ts';
import { passwordsBeforeHosts, passwordsInUrls, type Span } from './url-secrets.ts';

/** What replaces a hidden value. */
export const hidden = '***';

/**
 * Secrets known by their look or by the words before them (`keep`, which stays readable). Each begins with letters that
 * cannot begin again within what it matches, or matches a bounded length, so that a search goes through a text once.
 */
const shapes: readonly RegExp[] = [
  /(?<keep>\b(?:bearer|basic)\s+)(?=[\w+/=.~-]{8})[A-Za-z-]{0,30}[\d+/=_.~][\w+/=.~-]*/gi,
  /(?<keep>\bbearer\s+)[\w+/=.~-]{6,}/gi,
  // A JSON web token begins with the base64 of `{"`.
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  // Tokens that name their issuer: GitHub, GitLab, Slack, Vault, DigitalOcean, Google, Shopify, Docker, PyPI,
  // Tailscale, Grafana, Linear, Databricks, Atlassian, RubyGems, Doppler, Postman, Stripe's webhooks, age.
  /\b(?:gh[pousr]_|github_pat_|gl(?:pat|dt|rt|ptt|ft|soat|agent)-|xox[abeoprs]-|xapp-|hv[sb]\.|do[oprt]_v1_|AIza|ya29\.|shp(?:at|ss|ca|pa)_|dckr_[po]at_|pypi-|tskey-|gl(?:sa|c)_|lin_api_|dapi|ATATT|rubygems_|dp\.(?:pt|st)\.|PMAK-|whsec_|AGE-SECRET-KEY-)[\w=-]{16,}/g,
  // Of npm, Hugging Face, OpenAI and Stripe, whose beginnings other words have too: a long part without a joint.
  /\b(?:npm_|hf_|[sr]k[-_](?:[A-Za-z0-9]{1,12}[-_]){0,3})[A-Za-z0-9]{16,}[\w-]*/g,
  /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(?<keep>\bhooks\.slack\.com\/services\/)[\w/]+/g,
  /(?<keep>\bdiscord(?:app)?\.com\/api\/webhooks\/\d{1,25}\/)[\w-]+/g,
  /(?<keep>\bwebhook\.office\.com\/webhookb2\/)[^\s"']+/g,
  /(?<keep>\bapi\.telegram\.org\/bot)[\w:-]+/g,
  /(?<keep>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*/gs,
  // MongoDB's `db.auth("user", "x")`, QEMU's `secret,id=a,data=x`.
  /(?<keep>\bdb\.auth\()[^)]{1,300}/g,
  /(?<keep>\bsecret,[^\s]{0,80}\bdata=)[^,\s]+/g,
  // What a script hands to a program that reads a password: `echo x | sudo -S`, `echo a:x | chpasswd`.
  /(?<keep>\b(?:echo|printf) {1,4})[^|&;\n]{1,300}(?=\| {0,4}(?:sudo -S|chpasswd|[^|&;\n]{0,200}--(?:password-|passwd-on-)?stdin\b))/g,
  // SQL: `IDENTIFIED BY 'x'`, `PASSWORD 'x'`, `PASSWORD("x")`.
  /(?<keep>\bidentified (?:with \w{1,60} )?by {1,8})(?:'[^']*'?|\\?"[^"\\]*\\?"?)/gi,
  /(?<keep>\bpassword {1,8})'[^']*'?/gi,
  /(?<keep>\bpassword {0,8}\( {0,8})(?:'[^']*'?|\\?"(?!\$)[^"\\]*\\?"?)/gi,
  // `jdbc:oracle:thin:user/x@host`.
  /(?<keep>\bjdbc:oracle:\w{1,10}:[\w$#]{1,128}\/)[^\s/@]{1,300}(?=@)/gi,
  // A key or a code in a query, which the name alone does not tell from that of an entry.
  /(?<keep>[?&](?:key|code)=)(?=[A-Za-z_-]{0,99}\d)[\w-]{12,}/g,
  // XML: `<password>x</password>`.
  /(?<keep><(?:[\w:.-]{0,40})(?:password|secret|token|apikey)[\w-]{0,20}>)[^<\s][^<]*/gi,
];

/**
 * `name=`, `name: ` or `"name": ` within a query, a connection string, JSON or a header; not the host of an address.
 */
const name =
  /(?<![\w.@-]|\/\/)(?<name>[A-Za-z_](?:[\w.-]|\[\w{1,20}\]){0,80})\\{0,3}["']?\]?\s{0,40}(?:=>|==?|:)\s{0,40}/g;

/** The value after such a name: quoted, listed, or as long as it goes; in a header with its scheme before it. */
const value =
  /\\{1,3}"[^"\\]*\\{1,3}"|\\{0,3}"(?:[^"\\]|\\.)*"?|'[^']*'?|\$?\{\{?[^}"]{0,200}\}\}?|\[[^\]]*\]?|(?:(?:basic|bearer|digest|token)\s{1,40})?[^\s"'&;,}\]]+/iy;

/** No secret is known by a shorter look, unless one of these marks is there. */
const shortest = 13;
const marks = /[\s:=@<'"]/;

/**
 * Hides what looks like a secret within any text and leaves everything else as it is. Its time grows as the text does.
 */
export function maskText(text: string): string {
  if (text.length < shortest && !marks.test(text)) return text;
  let shown = hide(text, [...passwordsInUrls(text), ...passwordsBeforeHosts(text)]);
  for (const shape of shapes) shown = shown.replace(shape, (...match) => `${match.at(-1)?.keep ?? ''}${hidden}`);
  return hide(shown, namedValues(shown));
}

/** The values of settings with a secret's name. */
function namedValues(text: string): Span[] {
  const spans: Span[] = [];
  name.lastIndex = 0;
  for (let match = name.exec(text); match; match = name.exec(text)) {
    if (!isSecretName(match.groups?.name ?? '')) continue;
    value.lastIndex = name.lastIndex;
    const found = value.exec(text)?.[0];
    // An object has settings of its own.
    if (found === undefined || /^\[?\{$/.test(found) || tellsNothing(found) || isPort(match[0], found)) continue;
    spans.push([name.lastIndex, name.lastIndex + found.length]);
    name.lastIndex += found.length;
  }
  return spans;
}

/** Replaces the spans by `***`. */
function hide(text: string, spans: readonly Span[]): string {
  let shown = '';
  let copied = 0;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (end <= copied) continue;
    if (start >= copied) shown += text.slice(copied, start) + hidden;
    copied = end;
  }
  return shown + text.slice(copied);
}
