/** Words that make a name the name of a secret: `--db-password`, `API_TOKEN`, `client.secret`. */
const secretWords = wordsOf(
  'password passwd passwort passphrase passcode passwords pass pwd pw secret secrets token tokens credential credentials ' +
    'creds cred auth authorization bearer cookie signature sig jwt sas psk pat pin pincode otp totp hmac kek dek apikey apikeys accesskey secretkey ' +
    'privatekey authkey authtoken passin passout masterauth rpcauth proxyauth mnemonic phrase salt',
);

/** Before `key` or `keys` these words make a secret of it; a bare `key` is mostly a file's name or an entry's. */
const keyKinds = wordsOf(
  'api access account private secret shared encryption enc aes signing auth master license licence hmac session cookie jwt ' +
    'storage app deploy setup decryption unseal recovery subscription instrumentation',
);

/** In capitals, as variables are (`STRIPE_KEY`), any `key` is a secret, except behind these words. */
const openKeys = wordsOf(
  'public partition sort primary foreign unique routing shard sharding row column cache object group index lookup redis ' +
    'map json config hot translation message idempotency tag label annotation host known dictionary',
);

/** A name that ends so speaks *about* a secret: where it lies, how long it lives, how it is checked. */
const harmlessEndings = wordsOf(
  'file files path paths dir dirs directory folder ttl expire expiry expiration expires refresh timeout age length size count ' +
    'limit name names mode method methods policy type types format enabled disabled required interval duration lifetime ' +
    'issuer audience header headers url urls uri endpoint webhook algorithm algorithms algs alg algo provider plugin ref id ' +
    'ids fd stdin prompt jar host hosts port domain domains server service svc user users username realm scope scopes ' +
    'samesite secure httponly regex version store backend driver helper command cmd env through second seconds minute ' +
    'minutes hours days rate burst attempts retries rotation period db database source namespace manager engine prefix ' +
    'suffix class role roles rounds cost iterations level strategy validation validator check charset cache pool table ' +
    'column field index bucket',
);

/** A name that begins so is a switch: `--no-password`, `--ask-pass`. */
const switches = wordsOf('no ask disable enable skip use require existing');

/** Before `secret` these words say that a Secret of Kubernetes is named: `auth.existingSecret=db`. */
const objectKinds = wordsOf('existing pull tls');

/** Beside `tokens` these words count words of a text: `--max-tokens=4096`. */
const amounts = wordsOf('max min num total');

/** Whatever has no such letters in it is not split into words. */
const worthALook =
  /pass|pw|secret|token|key|cred|auth|bearer|cookie|sig|jwt|sas|psk|pat|pin|otp|hmac|kek|dek|mnemonic|phrase|salt/i;

/** Longer names are not those of settings. */
const lengthMax = 200;

/**
 * Whether a setting of this name (`--db.password`, `API_KEY`, `clientSecret`, `-Dhttp.auth`) holds a secret itself.
 * When in doubt it says yes: a hidden harmless value costs less than a shown password.
 */
export function isSecretName(name: string): boolean {
  if (name.length > lengthMax || !worthALook.test(name)) return false;
  const words = name
    .replace(/^-[DPX](?=[a-z])/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const last = words.at(-1);
  // The half of a login of Vault's, not the name of a secret.
  if (last === 'id' && words.at(-2) === 'secret') return true;
  // OpenVPN's option names a file.
  if (last === undefined || harmlessEndings.has(last) || name.endsWith('auth-user-pass')) return false;
  if (switches.has(words[0] ?? '') || (last === 'secret' && objectKinds.has(words.at(-2) ?? ''))) return false;
  if (last === 'tokens' && words.some((word) => amounts.has(word))) return false;
  if (last === 'key' && /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_KEY\W*$/.test(name)) return !openKeys.has(words.at(-2) ?? '');
  return words.some((word, i) => isSecretWord(word) || (/^keys?$/.test(word) && keyKinds.has(words[i - 1] ?? '')));
}

/** Whether an option of this name takes a login, which can be `user:password`: `--user`, `--db.login`, `--httpauth`. */
export function isLoginName(name: string): boolean {
  return /^--?(?:[\w.-]{1,100}[.-])?(?:user|login|httpauth)=?$/i.test(name);
}

/** Also names written in one: `pgpassword`, `mysqlpwd`, `requirepass`, `authtoken`. */
function isSecretWord(word: string): boolean {
  return (
    secretWords.has(word) ||
    /(?:password|passwd|passphrase|(?<!by|com|over|under|tres)pass|pwd|(?<!re|s)pw|secret|token|apikey)\d{0,4}$/.test(
      word,
    )
  );
}

function wordsOf(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
