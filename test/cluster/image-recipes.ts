// The images that the examples and the sidecars name, made from Debian packages where no registry is to be had. They listen
// on the ports, serve the folders and run as the users of the real ones; what is in them is Debian's, or built from Go modules.
import type { ImageConfig } from './image-archive.ts';
import {
  memcachedExporterVersion,
  mysqldExporterVersion,
  postgresExporterVersion,
  statsdExporterVersion,
} from './versions.ts';

export interface ImageRecipe {
  /** Under which it is cached and spoken of; its files are in `images/<key>/`. */
  readonly key: string;
  readonly names: readonly string[];
  readonly packages: readonly string[];
  /** The `node` binary that runs this project's own programs. */
  readonly node?: true;
  /** busybox with a link for each of its programs. */
  readonly busybox?: true;
  /** Program of go-modules.ts → its version; they are put into `/usr/bin`. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Path in the image → file or folder, relative to this one. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Empty folders that anyone may write to. */
  readonly open?: readonly string[];
  readonly config: ImageConfig;
}

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const shell = ['dash', 'coreutils', 'sed', 'grep', 'findutils', 'procps'];
const nodeLibraries = ['libstdc++6'];
const nginxTemporary = '/var/cache/nginx';
const runNginx = { Entrypoint: ['nginx'], Cmd: ['-g', 'daemon off;'], Env: [path] };

export const imageRecipes: readonly ImageRecipe[] = [
  {
    key: 'busybox',
    names: ['docker.io/library/busybox:1.37'],
    packages: ['busybox'],
    busybox: true,
    config: { Cmd: ['sh'], Env: [path] },
  },
  {
    key: 'nginx',
    names: ['docker.io/library/nginx:1.27'],
    packages: ['nginx', 'dash', 'coreutils'],
    open: [nginxTemporary, '/run'],
    config: { ...runNginx, ExposedPorts: { '80/tcp': {} } },
  },
  {
    key: 'nginx-unprivileged',
    names: ['docker.io/nginxinc/nginx-unprivileged:1.30.4-alpine-slim'],
    packages: ['nginx', 'dash', 'coreutils'],
    config: { ...runNginx, User: '101:101', StopSignal: 'SIGQUIT', ExposedPorts: { '8080/tcp': {} } },
  },
  {
    key: 'httpd',
    names: ['registry.access.redhat.com/ubi9/httpd-24:latest', 'quay.io/sclorg/httpd-24-c9s:latest'],
    packages: ['apache2-bin', 'dash', 'coreutils'],
    open: ['/var/www/html'],
    config: {
      Cmd: ['apache2', '-D', 'FOREGROUND', '-f', '/etc/apache2/httpd.conf'],
      ...{ Env: [path], User: '1001:0', ExposedPorts: { '8080/tcp': {} } },
    },
  },
  {
    key: 'haproxy',
    names: ['docker.io/library/haproxy:3.2.21'],
    packages: ['haproxy', 'dash', 'coreutils'],
    config: { Cmd: ['haproxy', '-v'], Env: [path], User: '99:99', StopSignal: 'SIGUSR1' },
  },
  {
    key: 'node',
    names: ['docker.io/library/node:24-slim'],
    packages: [...nodeLibraries, ...shell],
    node: true,
    config: { Cmd: ['node'], Env: [path] },
  },
  {
    // The git-sync program is not to be had without a registry. This is a stand-in, on the git that Debian has.
    key: 'git-sync',
    names: ['registry.k8s.io/git-sync/git-sync:v4.7.1'],
    packages: ['git', 'openssh-client', 'bash', ...shell],
    copies: { '/usr/lib/git-sync-stand-in': 'programs/git-sync' },
    config: { Entrypoint: ['/git-sync'], Env: [path, 'HOME=/tmp'], User: '65533:65533' },
  },
  {
    key: 'redis',
    names: ['docker.io/library/redis:7.4-alpine'],
    packages: ['redis-server', 'redis-tools', 'dash', 'coreutils'],
    config: { Entrypoint: ['redis-server'], Env: [path], User: '999:1000', ExposedPorts: { '6379/tcp': {} } },
  },
  {
    // Debian's is older than the one that is named, and would end if nginx were not there yet.
    key: 'nginx-exporter',
    names: ['docker.io/nginx/nginx-prometheus-exporter:1.5.3'],
    packages: ['prometheus-nginx-exporter'],
    config: {
      Entrypoint: ['prometheus-nginx-exporter', '--nginx.retries=1000', '--nginx.retry-interval=500ms'],
      ...{ Env: [path], User: '1001:1001' },
    },
  },
  {
    key: 'redis-exporter',
    names: ['docker.io/oliver006/redis_exporter:v1.88.0'],
    packages: ['prometheus-redis-exporter'],
    config: { Entrypoint: ['prometheus-redis-exporter'], Env: [path], User: '59000:59000' },
  },
  {
    // Debian's is older than 1.0 and calls the flag for its address otherwise, which the entrypoint knows.
    key: 'apache-exporter',
    names: ['docker.io/lusotycoon/apache-exporter:v1.1.1'],
    packages: ['prometheus-apache-exporter', 'dash'],
    config: { Entrypoint: ['sh', '/usr/bin/apache-exporter-by-flags-of-1'], Env: [path], User: '65534:65534' },
  },
  {
    // One version older than the one that is named, as is mysqld-exporter.
    key: 'postgres-exporter',
    names: ['quay.io/prometheuscommunity/postgres-exporter:v0.20.1'],
    packages: [],
    programs: { postgres_exporter: postgresExporterVersion },
    config: { Entrypoint: ['postgres_exporter'], Env: [path], User: '65534:65534' },
  },
  {
    key: 'mysqld-exporter',
    names: ['quay.io/prometheus/mysqld-exporter:v0.20.0'],
    packages: [],
    programs: { mysqld_exporter: mysqldExporterVersion },
    config: { Entrypoint: ['mysqld_exporter'], Env: [path], User: '65534:65534' },
  },
  {
    key: 'memcached-exporter',
    names: ['quay.io/prometheus/memcached-exporter:v0.16.0'],
    packages: [],
    programs: { memcached_exporter: memcachedExporterVersion },
    config: { Entrypoint: ['memcached_exporter'], Env: [path], User: '65534:65534' },
  },
  {
    key: 'statsd-exporter',
    names: ['quay.io/prometheus/statsd-exporter:v0.30.0'],
    packages: [],
    programs: { statsd_exporter: statsdExporterVersion },
    config: { Entrypoint: ['statsd_exporter'], Env: [path], User: '65534:65534' },
  },
  {
    key: 'memcached',
    names: ['docker.io/library/memcached:1.6'],
    packages: ['memcached'],
    config: { Entrypoint: ['memcached'], Env: [path], User: '11211:11211', ExposedPorts: { '11211/tcp': {} } },
  },
  {
    key: 'postgres',
    names: ['docker.io/library/postgres:15'],
    packages: ['postgresql-15', 'libicu72', 'libpam0g', 'libaudit1', 'dash', 'coreutils'],
    config: { Cmd: ['postgres'], Env: [path.replace('=', '=/usr/lib/postgresql/15/bin:')], User: '999:999' },
  },
  {
    key: 'mariadb',
    names: ['docker.io/library/mariadb:10.11'],
    packages: ['mariadb-server-core', 'mariadb-client-core', 'hostname', ...shell],
    config: { Cmd: ['mariadbd'], Env: [path], User: '999:999' },
  },
  {
    key: 'git-server',
    names: ['localhost/git-server:1'],
    packages: ['git', ...shell, ...nodeLibraries],
    node: true,
    copies: { '/srv/git-server.ts': 'programs/git-server.ts' },
    open: ['/srv/git'],
    config: {
      Entrypoint: ['node', '/srv/git-server.ts', '--root', '/srv/git', '--port', '8080'],
      ...{ Env: [path, 'HOME=/tmp'], User: '65534:65534', ExposedPorts: { '8080/tcp': {} } },
    },
  },
];
