// Apps of the kinds that the sidecar `metrics` knows, each with work that its exporter must tell of.
import { expect } from 'vitest';
import { project, type Target } from '../target.ts';
import { openSite } from './http.ts';
import type { Pod } from './shapes.ts';

export interface Kind {
  readonly name: string;
  readonly file: string;
  /** What ran as the sidecar. */
  readonly program: string;
  /** 1 when the exporter reaches the app; one that the app sends to has none. */
  readonly up?: string;
  /** Goes up by one with each piece of work. */
  readonly counter: RegExp;
  readonly work: (target: Target, pod: Pod, times: number) => Promise<void>;
}

const appsFolder = `${project}/test/e2e/apps`;

async function visit(target: Target, pod: Pod, times: number): Promise<void> {
  const site = await openSite(target, pod, 8080);
  try {
    for (let i = 0; i < times; i++) expect((await site.get('/no-such-page')).status).toBe(404);
  } finally {
    site.close();
  }
}

async function execute(target: Target, { metadata }: Pod, ...command: string[]): Promise<void> {
  await target.kubectl(['exec', '-n', metadata.namespace, metadata.name, '-c', 'app', '--', ...command]);
}

/** Stores values and waits for an answer to each. */
const store = (times: number) => `
  const socket = require('node:net').connect(11211, '127.0.0.1');
  let answers = '';
  socket.on('data', (part) => {
    answers += part;
    if (answers.split('STORED').length > ${times}) socket.end();
  });
  socket.write('set key 0 0 1\\r\\nx\\r\\n'.repeat(${times}));`;

/** Half of the lines by UDP, half by TCP. */
const count = (times: number) => `
  const lines = 'orders:1|c\\n'.repeat(${times / 2});
  const socket = require('node:dgram').createSocket('udp4');
  socket.send(lines, 8125, '127.0.0.1', () => socket.close());
  require('node:net').connect(8125, '127.0.0.1').end(lines);`;

const inPostgres = (times: number) =>
  `create table if not exists visits (number int); insert into visits select generate_series(1, ${times})`;

const inMysql = (times: number) =>
  `yes 'insert into shop.visits values (1);' | head -n ${times} | mariadb --socket=/tmp/socket --user=root`;

export const kinds: readonly Kind[] = [
  {
    ...{ name: 'S9-apache', file: `${appsFolder}/metrics-apache.yaml`, program: 'apache_exporter', up: 'apache_up' },
    ...{ counter: /^apache_accesses_total$/, work: visit },
  },
  {
    ...{ name: 'S9-postgres', file: `${appsFolder}/metrics-postgres.yaml`, program: 'postgres_exporter', up: 'pg_up' },
    counter: /^pg_stat_database_tup_inserted\{.*datname="postgres".*\}$/,
    work: (target, pod, times) =>
      execute(target, pod, 'psql', '-h', '127.0.0.1', '-U', 'postgres', '-c', inPostgres(times)),
  },
  {
    ...{ name: 'S9-mysql', file: `${appsFolder}/metrics-mysql.yaml`, program: 'mysqld_exporter', up: 'mysql_up' },
    counter: /^mysql_global_status_commands_total\{command="insert"\}$/,
    work: (target, pod, times) => execute(target, pod, 'sh', '-c', inMysql(times)),
  },
  {
    ...{ name: 'S9-memcached', file: `${appsFolder}/metrics-memcached.yaml`, program: 'memcached_exporter' },
    ...{ up: 'memcached_up', counter: /^memcached_commands_total\{command="set",status="hit"\}$/ },
    work: (target, pod, times) => execute(target, pod, 'node', '-e', store(times)),
  },
  {
    ...{
      name: 'S9-statsd',
      file: `${appsFolder}/metrics-statsd.yaml`,
      program: 'statsd_exporter',
      counter: /^orders$/,
    },
    work: (target, pod, times) => execute(target, pod, 'node', '-e', count(times)),
  },
  {
    ...{ name: 'S9-json', file: 'metrics-json.yaml', program: 'jsonmetrics', up: 'json_up' },
    ...{ counter: /^requests_total\{key="404"\}$/, work: visit },
  },
];
