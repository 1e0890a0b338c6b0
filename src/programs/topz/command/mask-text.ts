import { isSecretName } from './secret-name.ts';

/** What stands in place of a hidden value. */
export const hidden = '***';

/** Secrets known by their look or their place, whatever is around them; what the group `keep` matches stays readable. */
const shapes: readonly RegExp[] = [
  // The password of an address: scheme://user:password@host; one with slashes, too, unless it begins as a port does.
  /(?<keep>[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@'"[]*:)(?:(?!\d{1,5}[/?#]|[${])[^\s'"?#]*|[^\s/'"]*)(?=@)/gi,
  // The same without its scheme, which a port tells from an e-mail address: user:password@host:5672
  /(?<keep>(?<![\w/:@.-])[\w.-]{1,64}:)[^\s:@/'"]+(?=@[\w.-]+:\d{2,5}\b)/g,
  // A long user alone is a token: https://<token>@github.com
  /(?<keep>https?:\/\/)[^\s/:@'"]{16,}(?=@)/gi,
  // A data source name of Go's MySQL driver: user:password@tcp(host:3306)/db
  /(?<keep>[^\s:@/'"]{1,64}:)[^\s'"]*(?=@(?:tcp|unix)\()/g,
  /(?<keep>\bbearer\s+)[\w+/=.~-]{6,}/gi,
  // A JSON web token begins with the base64 of `{"`.
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  // Tokens that name their issuer: GitHub, GitLab, Slack, Vault, DigitalOcean, Google, Shopify, Docker, PyPI, AWS.
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|hvs\.|dop_v1_|AIza|shpat_|dckr_pat_|pypi-)[\w-]{16,}/g,
  // Of npm, Hugging Face, OpenAI and Stripe, whose beginnings other words have too: a long part without a joint.
  /\b(?:npm_|hf_|[sr]k[-_](?:[A-Za-z0-9]{1,12}[-_]){0,3})[A-Za-z0-9]{16,}[\w-]*/g,
  /(?<keep>\bhooks\.slack\.com\/services\/)[\w/]+/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(?<keep>-----BEGIN [A-Z ]*PRIVATE KEY-----).*/gs,
];

/** `name=`, `name: ` or `"name": ` within a query, a connection string, JSON or a header; not the host of an address. */
const name = /(?<![\w.@-]|\/\/)(?<name>[A-Za-z](?:[\w.-]|\[\w{1,20}\]){0,80})\\?["']?\s*(?:==?|:)\s*/g;

/** The value after such a name: quoted, or as long as it goes; in a header with its scheme before it. */
const value = /\\?"(?:[^"\\]|\\.)*"?|'[^']*'?|\$?\{[^}"]*\}|(?:(?:basic|bearer|digest|token)\s+)?[^\s"'&;,}\]]+/iy;

/** Hides what looks like a secret within any text and leaves everything else as it is. */
export function maskText(text: string): string {
  const shaped = shapes.reduce(
    (shown, shape) => shown.replace(shape, (...match) => `${match.at(-1)?.keep ?? ''}${hidden}`),
    text,
  );
  let shown = '';
  let copied = 0;
  name.lastIndex = 0;
  for (let match = name.exec(shaped); match; match = name.exec(shaped)) {
    if (!isSecretName(match.groups?.name ?? '')) continue;
    value.lastIndex = name.lastIndex;
    const found = value.exec(shaped)?.[0];
    if (found === undefined || tellsNothing(found) || isPort(match[0], found)) continue;
    shown += shaped.slice(copied, name.lastIndex) + hidden;
    copied = name.lastIndex + found.length;
    name.lastIndex = copied;
  }
  return shown + shaped.slice(copied);
}

/**
 * Values that may be shown whatever their name: nothing, a switch's position, a reference to a variable, the path of a
 * file where configuration lies, hidden already.
 */
export function tellsNothing(text: string): boolean {
  const bare = /^(["']?)(?<inside>.*?)\1[;)]*$/s.exec(text)?.groups?.inside ?? text;
  return /^(?:|true|false|yes|no|on|off|null|none|\*\*\*|\$\w+|\$\(\w+\)|\$\{\w+\}|(?:file:(?:\/\/)?)?\/(?:app|etc|home|mnt|opt|root|run|secrets?|srv|tmp|usr|var|vault)\/[\w./-]+)$/i.test(
    bare,
  );
}

/** `auth:8080` is a host and its port. */
export function isPort(before: string, text: string): boolean {
  return /^auth:$/i.test(before) && /^\d{2,5}(?:\/.*)?$/.test(text);
}
