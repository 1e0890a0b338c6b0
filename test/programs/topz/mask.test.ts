import { describe, expect, it } from 'vitest';
import { commandLine, programName } from '../../../src/programs/topz/command/command.ts';
import { maskArguments } from '../../../src/programs/topz/command/mask.ts';
import { fc } from '../../fast-check.ts';
import { commandLines } from './command-lines.ts';

/**
 * Command lines as typed, each with what must be shown ('' for: the same). `|` parts the arguments, so that values may
 * hold spaces.
 */
const cases: [given: string, shown: string][] = [
  // options with a value of their own
  ['app|--password=hunter2|--port=80', 'app|--password=***|--port=80'],
  ['app|--password|hunter2|--verbose', 'app|--password|***|--verbose'],
  ['app|--password|-Xy1|serve', 'app|--password|***|serve'],
  ['app|-password|hunter2', 'app|-password|***'],
  ['app|--db-password=a b c', 'app|--db-password=***'],
  ['app|--api-key=k1|--api_key|k2', 'app|--api-key=***|--api_key|***'],
  ['app|--client-secret=x|--clientSecret=y', 'app|--client-secret=***|--clientSecret=***'],
  ['app|--access-token=x|--jwt=y|--bearer|z', 'app|--access-token=***|--jwt=***|--bearer|***'],
  ['keytool|-storepass|changeit|-keystore|/a.jks', 'keytool|-storepass|***|-keystore|/a.jks'],
  ['openssl|pkcs12|-passin|pass:x|-in|f', 'openssl|pkcs12|-passin|***|-in|f'],
  ['redis-server|--requirepass|x|--port|6379', 'redis-server|--requirepass|***|--port|6379'],
  ['java|-Dspring.datasource.password=x|-jar|a.jar', 'java|-Dspring.datasource.password=***|-jar|a.jar'],
  // short options of programs that are known
  ['mysql|-uroot|-phunter2|shop', 'mysql|-uroot|-p***|shop'],
  ['mysqldump|-psecret|shop', 'mysqldump|-p***|shop'],
  ['redis-cli|-h|cache|-a|x', 'redis-cli|-h|cache|-a|***'],
  ['sshpass|-p|x|ssh|host', 'sshpass|-p|***|ssh|host'],
  ['curl|-s|-u|me:x|http://a/', 'curl|-s|-u|***|http://a/'],
  ['ldapsearch|-D|cn=admin|-w|x', 'ldapsearch|-D|cn=admin|-w|***'],
  // settings in the environment's manner
  ['env|PGPASSWORD=x|psql|-h|db', 'env|PGPASSWORD=***|psql|-h|db'],
  ['docker|run|-e|MYSQL_ROOT_PASSWORD=x|mysql', 'docker|run|-e|MYSQL_ROOT_PASSWORD=***|mysql'],
  ['app|AWS_SECRET_ACCESS_KEY=x', 'app|AWS_SECRET_ACCESS_KEY=***'],
  [
    'kubectl|create|secret|generic|s|--from-literal=password=x',
    'kubectl|create|secret|generic|s|--from-literal=password=***',
  ],
  // addresses and connection strings
  ['app|postgres://shop:x@db:5432/shop', 'app|postgres://shop:***@db:5432/shop'],
  ['app|--url=redis://:x@cache:6379/0', 'app|--url=redis://:***@cache:6379/0'],
  ['git|clone|https://oauth2-0123456789abcdef@git.example.com/a.git', 'git|clone|https://***@git.example.com/a.git'],
  ['app|--dsn=shop:x@tcp(db:3306)/shop', 'app|--dsn=shop:***@tcp(db:3306)/shop'],
  ['app|Server=db;User Id=sa;Password=x;Encrypt=true', 'app|Server=db;User Id=sa;Password=***;Encrypt=true'],
  ['app|host=db user=shop password=x dbname=shop', 'app|host=db user=shop password=*** dbname=shop'],
  ['app|http://a/cb?token=x&page=2', 'app|http://a/cb?token=***&page=2'],
  ['app|DefaultEndpointsProtocol=https;AccountKey=x;', 'app|DefaultEndpointsProtocol=https;AccountKey=***;'],
  // headers, JSON, scripts
  ['curl|-H|Authorization: Bearer abc|http://a/', 'curl|-H|Authorization: ***|http://a/'],
  ['curl|--header=X-Api-Key: abc|http://a/', 'curl|--header=X-Api-Key: ***|http://a/'],
  ['app|{"user":"a","password":"b c","port":1}', 'app|{"user":"a","password":***,"port":1}'],
  ['sh|-c|mysql -px --host=db && echo done', 'sh|-c|mysql -p*** --host=db && echo done'],
  ['sh|-c|curl -H "Authorization: Basic abc" http://a/ | jq .', 'sh|-c|curl -H "Authorization: ***" http://a/ | jq .'],
  ["bash|-c|app --token 'a b' --retries 3", 'bash|-c|app --token *** --retries 3'],
  // what tells by its look
  ['app|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig', 'app|***'],
  ['app|ghp_0123456789abcdef0123456789abcdef0123', 'app|***'],
  ['aws|AKIAIOSFODNN7EXAMPLE', 'aws|***'],
  // where people put them in odd forms
  ['curl|-su|me:x|http://a/login|-ume:y', 'curl|-su|***|http://a/login|-u***'],
  ['curl|-b|sid=x|-H|Authorization:Bearer x', 'curl|-b|***|-H|Authorization:***'],
  ['app|redis://:aB/3+x==@c:6379/0', 'app|redis://:***@c:6379/0'],
  ['app|--brokers=me:x@mq:5672', 'app|--brokers=me:***@mq:5672'],
  ['app|--password:x', 'app|--password:***'],
  ['helm|--set|a.b[0].password=x', 'helm|--set|a.b[0].password=***'],
  ['app|jdbc:sqlserver://h;password={x;y};z=1', 'app|jdbc:sqlserver://h;password=***;z=1'],
  ['aws|configure|set|aws_secret_access_key|x', 'aws|configure|set|aws_secret_access_key|***'],
  ['redis-cli|CONFIG|SET|requirepass|x', 'redis-cli|CONFIG|SET|requirepass|***'],
  ['redis-server|--masterauth|x', 'redis-server|--masterauth|***'],
  ['vault|write|login|role_id=r|secret_id=x', 'vault|write|login|role_id=r|secret_id=***'],
  ['docker|login|-u|me|-p|x', 'docker|login|-u|me|-p|***'],
  ['sqlcmd|-S|db|-U|sa|-P|x', 'sqlcmd|-S|db|-U|sa|-P|***'],
  ['etcdctl|--user=root:x|--user|root:y', 'etcdctl|--user=***|--user|***'],
  ['ldap-sync|--bindpw|x|--hmac-key=y', 'ldap-sync|--bindpw|***|--hmac-key=***'],
  ['notify|https://hooks.slack.com/services/T0/B0/x', 'notify|https://hooks.slack.com/services/***'],
  // without an announcement
  ['keydb-cli|-a|x', 'keydb-cli|-a|***'],
  ['mosquitto_passwd|-b|f|u|x', 'mosquitto_passwd|-b|f|u|***'],
  ['nats|--user|u:x|pub', 'nats|--user|u:***|pub'],
  ['app|--user=u:x|--login|u:y|--db.login=u:z', 'app|--user=u:***|--login|u:***|--db.login=u:***'],
  ['hydra|--httpauth|a:x', 'hydra|--httpauth|a:***'],
  ['ttyd|-c|a:x|bash', 'ttyd|-c|a:***|bash'],
  ['gotty|-ca:x|bash', 'gotty|-ca:***|bash'],
  ['sftp|ann:x@h', 'sftp|ann:***@h'],
  ['app|ann:x@h/db|--url=ann:y@10.0.0.1?a=b', 'app|ann:***@h/db|--url=ann:***@10.0.0.1?a=b'],
  ['app|//ann:x@h/db', 'app|//ann:***@h/db'],
  ['app|jdbc:oracle:thin:u/x@h:1521:db', 'app|jdbc:oracle:thin:u/***@h:1521:db'],
  ['env|STRIPE_KEY=x|AWS_KEY=y|app', 'env|STRIPE_KEY=***|AWS_KEY=***|app'],
  ['mysql|-e|CREATE USER a IDENTIFIED BY "x"', 'mysql|-e|CREATE USER a IDENTIFIED BY ***'],
  ['mysql|-e|SET PASSWORD FOR a=PASSWORD("x")', 'mysql|-e|SET PASSWORD *** a=PASSWORD(***)'],
  ['sh|-c|mysql -e "ALTER USER a IDENTIFIED BY \\"x\\""', 'sh|-c|mysql -e "ALTER USER a IDENTIFIED BY ***"'],
  ['git|clone|https://Zq9xW7vT3kLm@github.com/a/b', 'git|clone|https://***@github.com/a/b'],
  ['git|clone|https://x:x-oauth-basic@github.com/a', 'git|clone|https://***@github.com/a'],
  ['curl|https://h/?key=Zq9xW7vT3kLm&a=b', 'curl|https://h/?key=***&a=b'],
  ['ffmpeg|-decryption_key|x|--totp|y|--kek=z', 'ffmpeg|-decryption_key|***|--totp|***|--kek=***'],
  ['ansible-vault|encrypt_string|x', 'ansible-vault|encrypt_string|***'],
  ['winexe|-U|dom/a%x|//h|cmd', 'winexe|-U|***|//h|cmd'],
  // no secrets: shown as they are
  ['docker|run|--user=app:app|--user|1000:0|--user=nobody:nogroup|x', ''],
  ['kubectl|--user|system:admin|--login|https://sso.x.org/a', ''],
  ['npm|i|npm:react@18.2.0|workspace:a@1|mailto:ann@x.org|to:ann@x.org|email:ann@x.org', ''],
  ['env|PARTITION_KEY=user_id|SORT_KEY=name|PUBLIC_KEY=abc|KEY=a|TLS_KEY=/etc/tls/tls.key|app', ''],
  ['git|clone|https://ann@bitbucket.org/a|https://build-robot@x.org/b', ''],
  ['curl|https://h/?key=name&code=404|https://h/?key=user-profile-image', ''],
  ['app|image:1@sha256:0011|a:b|c:d@|ssh|ann@host|rsync|ann@host:/path', ''],
  ['sh|-c|if [ "$password" == "" ]; then app --password "$password"; fi', ''],
  ['mysqld|-p3307|--datadir=/var/lib/mysql', ''],
  ['app|--bypass=10.0.0.0/8|--compass=north|--pass-through|run', ''],
  ['app|--tokens-per-second=5|--token-refresh=1h|--max-password-attempts=3', ''],
  ['app|--private-key=/etc/ssl/private/key.pem|--secret|/run/secrets/db', ''],
  ['app|--auth-host=x|--auth-user=ann|--cookie-domain=x.org|auth:8080', ''],
  ['app|sk-learn-training-run-number-one|npm_config_registry_location=x', ''],
  ['app|Server=db;Password=${PW};Host=x', ''],
  ['app|http://$HOST:$PORT/a@b|http://[::1]:8080/a@b|https://r.io:443/@types/node', ''],
  ['app|reg.io:5000/a:1@sha256:00|mailto:ann@x.org|ann@host:/path', ''],
  ['docker|run|-u|1000:1000|-p|80:80|nginx:1.25', ''],
  ['nginx: master process nginx -g daemon off;', 'nginx: master process nginx -g daemon off;'],
  ['app|--password-file=/run/secrets/db|--token-ttl=60', 'app|--password-file=/run/secrets/db|--token-ttl=60'],
  ['llm|--max-tokens=4096|--tokenizer=bpe|--top-p|0.9', 'llm|--max-tokens=4096|--tokenizer=bpe|--top-p|0.9'],
  [
    'kube-apiserver|--authorization-mode=RBAC|--secure-port=6443',
    'kube-apiserver|--authorization-mode=RBAC|--secure-port=6443',
  ],
  ['app|--no-password|input.txt', 'app|--no-password|input.txt'],
  ['app|--password=$DB_PASSWORD|--secret=${S}', 'app|--password=$DB_PASSWORD|--secret=${S}'],
  ['app|--author=ann|--keyboard=de|--key=/tls/key.pem', 'app|--author=ann|--keyboard=de|--key=/tls/key.pem'],
  ['proxy|--upstream=http://auth:8080/|--user=1000', 'proxy|--upstream=http://auth:8080/|--user=1000'],
  ['ssh|-p|2222|git@host|cat|/etc/passwd', 'ssh|-p|2222|git@host|cat|/etc/passwd'],
  ['sleep|infinity', 'sleep|infinity'],
];

/** A `|` between spaces is the shell's. */
const mask = (line: string) => maskArguments(line.split(/(?<! )\|(?! )/)).join('|');

/** Processor time of the quickest of five runs, in milliseconds. */
function cost(args: string[]): number {
  const runs = [1, 2, 3, 4, 5].map(() => {
    const started = process.cpuUsage();
    maskArguments(args);
    const { user, system } = process.cpuUsage(started); // each alone is sampled, only their sum is exact
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}

describe('masking of command lines', () => {
  it('has more than two hundred realistic command lines, a fifth of them without a secret', () => {
    expect(new Set(commandLines.map(([given]) => given)).size).toBe(commandLines.length);
    expect(commandLines.length).toBeGreaterThan(200);
    expect(commandLines.filter(([, shown]) => shown === '').length).toBeGreaterThan(commandLines.length / 5);
    expect(commandLines.filter(([, shown]) => shown.includes('hunter2'))).toEqual([]);
  });

  it.each(commandLines)('%s', (given, shown) => {
    expect(mask(given)).toBe(shown || given);
    expect(mask(mask(given))).toBe(mask(given));
  });

  it.each(cases)('%s', (given, shown) => expect(mask(given)).toBe(shown || given));

  it.each(cases)('masked once is masked: %s', (given) => expect(mask(mask(given))).toBe(mask(given)));

  const hostile = [
    ...[
      '"',
      "'",
      '"\'',
      'a=',
      'a:',
      '://',
      'a@',
      ' -p',
      '\\"',
      'bearer ',
      'eyJ',
      'eyJ-',
      '{"',
      'a',
      'a ',
      ' ',
      ';',
      '\\',
    ],
    ...['token=', 'token={', 'token=[', 'token="', "token='", 'password=;', 'x://a:b', 'a:b@c:11', '@tcp(', ':@tcp('],
    ...['a-', '-----BEGIN ', 'sk-a-', '<a', '<password>', "password '", 'identified by ', 'a.b.', 'a[', '_', '/', '-'],
    ...[
      '--password ',
      'mysql -px ',
      'curl -u ',
      'set password ',
      'secret ',
      "sh -c '",
      'htpasswd -b ',
      '--flag=value ',
    ],
    ...['a:b@', '//a:b@', '@h', 'jdbc:oracle:thin:a/', '?key=', '&key=a', '?code=1', '--user a:', '--login=a:b '],
    ...['A_KEY=', 'A_', 'identified by "', 'password ("', 'identified with a ', 'https://aA1'],
    ...['https://host/path?a=b&c=d ', 'password=\\"', 'a="b', 'Aa', 'passA', '/p:', 'basic a'],
  ];

  it.each(hostile)('of %j takes time that grows as the command line does', (piece) => {
    const text = (size: number) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
    for (const parts of [(line: string) => ['sh', '-c', line], (line: string) => line.split(' ')]) {
      cost(parts(text(16_384)));
      const [short, long] = [cost(parts(text(16_384))), cost(parts(text(131_072)))];
      // Eight times the length; in a square it would be 64 times. Less than a millisecond is not measured well.
      expect(long, `${short} ms for 16 KiB`).toBeLessThan(32 * Math.max(short, 1));
    }
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9_]{8,40}$/).filter((text) => !/^(true|false|null|none)$/i.test(text));
  const name = fc.constantFrom(
    'password',
    'api-key',
    'DB_PASSWORD',
    'accessToken',
    'client_secret',
    'pgpassword',
    'x-auth-token',
  );
  const frames: ((name: string, secret: string) => string[])[] = [
    (n, s) => ['app', `--${n}=${s}`],
    (n, s) => ['app', `--${n}`, s, 'run'],
    (n, s) => [`${n}=${s}`, 'app'],
    (n, s) => ['sh', '-c', `exec app --${n}=${s} --port 80`],
    (n, s) => ['sh', '-c', `exec app --${n} '${s}' --port 80`],
    (n, s) => ['sh', '-c', `sh -c "app --${n} ${s}"`],
    (n, s) => ['app', JSON.stringify({ a: 1, [n]: s })],
    (n, s) => ['app', `http://host/path?a=b&${n}=${s}&c=d`],
    (n, s) => ['app', '-H', `${n}: ${s}`],
    (n, s) => ['app', `a=b;${n}=${s};c=d`],
    (_, s) => ['app', `amqp://user:${s}@host/vhost`],
    (_, s) => ['curl', '-H', `Authorization: Bearer ${s}`],
  ];

  it('no secret passes, whatever it is and wherever it stands', () => {
    fc.assert(
      fc.property(fc.constantFrom(...frames), name, secret, (frame, n, s) => {
        const args = frame(n, s);
        const shown = maskArguments(args);
        expect(shown).toHaveLength(args.length);
        expect(shown.join('\0')).not.toContain(s);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes any arguments, and long hostile ones without delay', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), (args) => {
        expect(maskArguments(args)).toHaveLength(args.length);
      }),
      { numRuns: 1000 },
    );
    for (const piece of hostile) {
      const started = process.cpuUsage();
      maskArguments([piece.repeat(4096 / piece.length), `${piece} `.repeat(1000)]);
      expect(process.cpuUsage(started).user / 1000, `${piece}, in ms`).toBeLessThan(500);
    }
  });
});

describe('what of a command line is shown', () => {
  const cmdline = 'app\0--password=x\0--port=80\0';
  it('hides secrets', () => expect(commandLine(cmdline, 'app', 'S', 'secrets')).toBe('app --password=*** --port=80'));
  it('hides all arguments', () => expect(commandLine(cmdline, 'app', 'S', 'arguments')).toBe('app'));
  it('or shows everything', () => expect(commandLine(cmdline, 'app', 'S', 'off')).toBe('app --password=x --port=80'));
  it('names kernel threads and zombies as ps does', () => {
    expect(commandLine('', 'kworker/0:1', 'I', 'secrets')).toBe('[kworker/0:1]');
    expect(commandLine('app\0', 'app', 'Z', 'secrets')).toBe('[app] <defunct>');
    expect(commandLine('\0\0 \0', 'app', 'S', 'secrets')).toBe('[app]');
  });
  it('makes control characters harmless', () => {
    expect(commandLine('a\x1b[2J\0b\nc\0\u202ed\0', 'a', 'S', 'secrets')).toBe('a?[2J b c ?d');
  });
  it('says when it is cut off', () => {
    expect(commandLine('a'.repeat(4096), 'a', 'S', 'secrets')).toMatch(/a…$/);
  });
});

describe("a program's name", () => {
  it.each([
    ['/usr/sbin/nginx\0-g\0', 'nginx', 'nginx'],
    ['/usr/local/bin/node\0/app/server.js\0', 'MainThread', 'node'],
    ['/bin/sh\0/opt/backup.sh\0', 'backup.sh', 'backup.sh'],
    ['/opt/a-program-with-a-long-name\0', 'a-program-with-', 'a-program-with-'],
    ['postgres: checkpointer\0', 'renamed', 'postgres'],
    ['', 'kworker/0:1', 'kworker/0:1'],
    ['\0\0', 'app', 'app'],
    ['x'.repeat(50), 'app', 'x'.repeat(15)],
  ])('of %j, for the kernel %s, is %s', (cmdline, kernel, name) => expect(programName(cmdline, kernel)).toBe(name));
});
