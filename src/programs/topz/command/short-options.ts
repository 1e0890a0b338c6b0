/**
 * A program, or a subcommand such as `login`, and what of its arguments is a secret:
 * - `before`: the argument behind an option that matches; with `keep` only what it has behind the part that matches
 *   that;
 * - `glued`: what an option has behind the part that matches;
 * - `rest`: everything behind an argument that matches, but options;
 * - `last`: the last argument but options, where one of the options matches;
 * - `once`: only the first time, because another program's command line may follow.
 */
export type ShortOptions = {
  names: string;
  before?: RegExp;
  keep?: RegExp;
  glued?: RegExp;
  rest?: RegExp;
  last?: RegExp;
  once?: boolean;
};

/** Secrets that no name announces. Names are parted by spaces. */
const table: readonly ShortOptions[] = [
  {
    names:
      'mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mysqlpump mysqlbinlog mysqlsh mysql_upgrade mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check mariadb-show mytop mycli xtrabackup mariabackup',
    glued: /^-p(?=.)/,
  },
  { names: 'mysqladmin mariadb-admin', rest: /^password$/ },
  { names: 'sshpass', before: /^-p$/, glued: /^-p(?=.)/, once: true },
  { names: 'mongo mongosh mongodump mongorestore mongoexport mongoimport', before: /^-p$/, glued: /^-p(?=.)/ },
  {
    names: 'ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami ldapcompare ldapmodrdn',
    before: /^-[xZ]*w$/,
    glued: /^-[xZ]*w(?=.)/,
  },
  { names: 'ldappasswd', before: /^-[as]$/ },
  { names: 'slappasswd', before: /^-s$/ },
  {
    names: 'redis-cli redis-benchmark valkey-cli valkey-benchmark keydb-cli keydb-benchmark',
    before: /^-a$/,
    glued: /^>(?=.)/,
    rest: /^auth$/i,
  },
  {
    names: 'mosquitto_pub mosquitto_sub mosquitto_rr sqlcmd bcp ipmitool zip unzip isql tsql',
    before: /^-P$/,
    glued: /^-P(?=.)/,
  },
  { names: '7z 7za 7zr 7zz rar unrar', glued: /^-h?p(?=.)/ },
  { names: 'snmpget snmpgetnext snmpbulkget snmpwalk snmpbulkwalk snmpset snmptable snmptrap', before: /^-[AXc]$/ },
  { names: 'openssl', before: /^-(?:[kK]|pass|hmac|macopt)$/ },
  { names: 'ssh-keygen', before: /^-[NP]$/ },
  { names: 'smbclient rpcclient winexe lftp', before: /^-[uU]$/, glued: /^(?:-[uU]|--user=)(?=.*[%,])/ },
  { names: 'etcdctl', before: /^--user$/, glued: /^--user=(?=.*:)/ },
  {
    names: 'curl',
    before: /^(?:-[#0-9fgijkLnNOpqRsSvZ]*[uU]|-b|--user|--proxy-user)$/,
    glued: /^(?:-[#0-9fgijkLnNOpqRsSvZ]*[uU]|--user=|--proxy-user=)(?=.*:)|^-b(?=.*=)/,
  },
  {
    names: 'curl',
    before: /^(?:--(?:proxy-)?cert|-E)$/,
    keep: /^[^:]*:(?=.)/,
    glued: /^(?:--(?:proxy-)?cert=|-E)[^:]*:(?=.)/,
  },
  { names: 'http https xh', before: /^(?:-a|--auth)$/, glued: /^(?:-a|--auth=)(?=.*:)/ },
  { names: 'login', before: /^-p$/, glued: /^-p(?=.)/, once: true },
  { names: 'ttyd gotty', before: /^-c$/, keep: /^[^:]*:(?=.)/, glued: /^-c[^:]*:(?=.)/ },
  { names: 'htpasswd mosquitto_passwd', last: /^-[a-zA-Z0-9]*b[a-zA-Z0-9]*$/ },
  { names: 'twine', before: /^-p$/ },
  { names: 'rabbitmqctl', rest: /^(?:add_user|change_password|authenticate_user)$/ },
  {
    names:
      'cqlsh beeline hive rabbitmqadmin kinit poetry ncftp ncftpget ncftpput yt-dlp youtube-dl duck supervisorctl register_new_matrix_user veracrypt mcrcon rcon airflow racadm fence_ipmilan fs_cli',
    before: /^-p$/,
  },
  { names: 'poetry', rest: /^(?:pypi-token|http-basic)\./ },
  { names: 'hash-password', before: /^(?:-p|--plaintext)$/ },
  { names: 'kadmin ipa-client-install odoo irssi', before: /^-w$/ },
  { names: 'useradd usermod', before: /^-p$/ },
  { names: 'xfreerdp xfreerdp3 wfreerdp', glued: /^\/p:(?=.)/ },
  { names: 'rdesktop', before: /^-p$/ },
  { names: 'x11vnc', before: /^-(?:passwd|viewpasswd)$/ },
  { names: 'sqlplus exp imp expdp impdp sqlldr rman', glued: /^(?:userid=)?[\w$#]{1,128}\/(?=[^/\s@]+(?:@|$))/i },
  { names: 'ngrok', rest: /^(?:add-)?authtoken$/ },
  { names: 'pulumi', rest: /^--secret$/ },
  { names: 'mc', rest: /^(?:set|add)$/ },
  { names: 'doctl vercel frps frpc k3s fly flyctl', before: /^-t$/ },
  { names: 'gitlab-runner', before: /^-r$/ },
  { names: 'swift', before: /^-K$/ },
  { names: 'zerotier-cli', before: /^-T$/, glued: /^-T(?=.)/ },
  { names: 'sendemail swaks', before: /^-[ax]p$/ },
  { names: 'transmission-remote', before: /^-n$/, keep: /^[^:]*:(?=.)/ },
  { names: 'turnserver coturn', before: /^(?:-u|--user)$/, keep: /^[^:]*:(?=.)/, glued: /^--user=[^:]*:(?=.)/ },
  { names: 'influx', before: /^-(?:t|password)$/ },
  { names: 'put-parameter', before: /^--value$/, glued: /^--value=(?=.)/ },
  {
    names: 'secret',
    before: /^(?:--value|--from-literal|--body|-b|--patch|-p)$/,
    glued: /^(?:--value=|--body=|-b|--from-literal=[^=]*=)(?=.)/,
  },
  { names: 'secrets config:set', glued: /^[A-Z_][A-Z0-9_]*=(?=.)/ },
  { names: 'unseal', rest: /^unseal$/ },
  { names: 'ansible-vault', rest: /^encrypt_string$/ },
  { names: 'prosodyctl ejabberdctl', rest: /^register$/ },
  { names: 'nuget', rest: /^setapikey$/i },
  { names: 'pm2', rest: /^link$/ },
  { names: 'mkpasswd', rest: /mkpasswd$/ },
  { names: 'wpa_passphrase', rest: /wpa_passphrase$/ },
  { names: 'openssl', rest: /^passwd$/ },
  { names: 'cargo bw', rest: /^(?:login|unlock)$/ },
  { names: 'vault', before: /^login$/, keep: /^(?!-|\w+=)/ },
  { names: 'kv', glued: /^[\w.-]{1,100}=(?=[^@])/ },
  { names: 'set-agent-token', rest: /^set-agent-token$/ },
  { names: 'reset-admin-password', rest: /^reset-admin-password$/ },
  { names: 'rclone', rest: /^obscure$/ },
  { names: 'sonar-scanner mvn gradle', glued: /^-Dsonar\.login=(?=.)/ },
  { names: 'virsh', before: /^--base64$/ },
  { names: 'snyk', rest: /^auth$/ },
  { names: 'composer', rest: /^(?:http-basic|github-oauth|gitlab-token|bearer)\b/ },
  { names: 'ntfy', before: /^-u$/ },
  { names: 'samba-tool filebrowser', rest: /^(?:create|add)$/ },
  { names: 'net', before: /^-U$/ },
  { names: 'security', before: /^-p$/ },
  { names: 'consul nomad', before: /^-encrypt$/, glued: /^-encrypt=(?=.)/ },
  { names: 'erl beam.smp', before: /^-setcookie$/ },
  { names: 'kubeadm', before: /^--certificate-key$/ },
  { names: 'nuget choco gem ss-server ss-local ssserver sslocal', before: /^-k$/, glued: /^-k=(?=.)/ },
  { names: 'redis-server redis-sentinel sentinel', rest: /^auth-pass$/ },
];

const byName = Map.groupBy(
  table.flatMap((entry) => entry.names.split(' ').map((name) => ({ name, entry }))),
  ({ name }) => name,
);

/**
 * What is known of the program or subcommand with this name; a path before it does not count, nor a name
 * (`ProxyCommand=sshpass`).
 */
export function shortOptionsOf(argument: string): readonly ShortOptions[] {
  const name = argument.slice(Math.max(argument.lastIndexOf('/'), argument.lastIndexOf('=')) + 1);
  return byName.get(name)?.map(({ entry }) => entry) ?? [];
}
