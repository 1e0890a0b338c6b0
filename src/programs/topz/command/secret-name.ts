/** Words that make a name the name of a secret: `--db-password`, `API_TOKEN`, `client.secret`. */
const secretWords = wordsOf(
  'password passwd passwort passphrase passcode passwords pass pwd pw secret secrets token tokens credential credentials ' +
    'creds cred auth authorization bearer cookie signature sig jwt sas psk apikey accesskey secretkey privatekey passin passout masterauth',
);

/** Before `key` these words make a secret of it; a bare `key` is mostly a file's name or an entry's. */
const keyKinds = wordsOf(
  'api access account private secret shared encryption signing auth master license hmac session cookie jwt',
);

/** A name that ends so speaks *about* a secret: where it lies, how long it lives, how it is checked. */
const harmlessEndings = wordsOf(
  'file files path dir directory folder ttl expire expiry expiration expires refresh timeout age length size count limit name ' +
    'mode method policy type format enabled disabled required interval duration lifetime issuer audience header url uri ' +
    'endpoint webhook algorithm provider plugin ref id stdin prompt jar host port domain server service svc user username ' +
    'realm scope scopes samesite secure httponly regex version store backend driver helper command cmd env through second ' +
    'seconds minute rate burst attempts retries',
);

/** A name that begins so is a switch: `--no-password`, `--ask-pass`. */
const switches = wordsOf('no ask disable');

/** Beside `tokens` these words count words of a text: `--max-tokens=4096`. */
const amounts = wordsOf('max min num total');

/**
 * Whether a setting of this name (`--db.password`, `API_KEY`, `clientSecret`, `-Dhttp.auth`) holds a secret itself.
 * When in doubt it says yes: a hidden harmless value costs less than a shown password.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  // The half of a login of Vault's, not the name of a secret.
  if (last === 'id' && words.at(-2) === 'secret') return true;
  if (last === undefined || harmlessEndings.has(last) || switches.has(words[0] ?? '')) return false;
  if (last === 'tokens' && words.some((word) => amounts.has(word))) return false;
  return words.some((word, i) => isSecretWord(word) || (word === 'key' && keyKinds.has(words[i - 1] ?? '')));
}

/** Also names written in one: `pgpassword`, `mysqlpwd`, `requirepass`, `authtoken`. */
function isSecretWord(word: string): boolean {
  return (
    secretWords.has(word) ||
    /(?:password|passwd|passphrase|(?<!by|com|over|under)pass|pwd|pw|secret|token|apikey)\d*$/.test(word)
  );
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
