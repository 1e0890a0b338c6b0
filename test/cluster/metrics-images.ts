// Apps and exporters of the kinds that the sidecar `metrics` knows, but for nginx and redis.
import { type ImageRecipe, path, shell } from './image-recipe.ts';
import {
  memcachedExporterVersion,
  mysqldExporterVersion,
  postgresExporterVersion,
  statsdExporterVersion,
} from './versions.ts';

export const metricsImages: readonly ImageRecipe[] = [
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
];
