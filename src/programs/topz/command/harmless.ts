/** Words that are a position of a switch or the name of a method, not a secret. */
const plainWords =
  /^(?:true|false|yes|no|on|off|null|none|nil|basic|bearer|digest|ntlm|plain|login|oauth2?|oidc|ldap|saml|kerberos|gssapi|trust|peer|md5|scram-sha-\d+|required|optional|always|never|auto|enabled|disabled|default|internal|\*\*\*)$/i;

/** A variable that the program or its shell fills in: `$PW`, `${PW}`, `$(PW)`, `%PW%`, `{{ pw }}`. */
const reference = /^(?:\$\w+|\$\(\w+\)|\$\{\w+\}|%\w+%|\{\{[^{}]*\}\})$/;

/** A file where configuration and Secrets lie. */
const file =
  /^(?:file:(?:\/\/)?|@)?\/(?:app|config|dev|etc|home|mnt|opt|proc|root|run|secrets?|srv|tmp|usr|var|vault)\/[\w./-]+$/i;

/** What is longer is a secret, or at least nothing that is needed to read the command line. */
const lengthMax = 300;

/** Whether a value may be shown whatever its name, because it tells nothing: `true`, `$PASSWORD`, `/run/secrets/db`. */
export function tellsNothing(value: string): boolean {
  if (value.length > lengthMax) return false;
  let bare = value;
  while (/[;)]$/.test(bare) && !reference.test(bare)) bare = bare.slice(0, -1);
  const quote = bare[0];
  if (bare.length > 1 && (quote === '"' || quote === "'") && bare.endsWith(quote)) bare = bare.slice(1, -1);
  return bare === '' || plainWords.test(bare) || reference.test(bare) || file.test(bare);
}

/** `auth:8080` is a host and its port. */
export function isPort(before: string, text: string): boolean {
  return /^auth:$/i.test(before) && /^\d{2,5}(?:\/.*)?$/s.test(text);
}
