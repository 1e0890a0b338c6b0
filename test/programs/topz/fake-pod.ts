import { type FakeProc, type FakeProcess, fakeProc, siblingCgroup } from './fake-proc.ts';

/** A pod with nginx, a Node.js app, PostgreSQL and topz, whose figures change with every call of `go`. */
export type FakePod = { proc: FakeProc; go: (seconds: number) => void };

const nginx = siblingCgroup('a'.repeat(64));
const app = siblingCgroup('b'.repeat(64));
const database = siblingCgroup('c'.repeat(64));
const users = `root:x:0:0:root:/root:/bin/sh
node:x:1000:1000::/home/node:/bin/sh
nginx:x:101:101:nginx user:/nonexistent:/bin/false
`;
const sandbox = siblingCgroup('d'.repeat(64));

const cast: (FakeProcess & { load?: number })[] = [
  { pid: 1, name: 'pause', args: ['/pause'], cgroup: sandbox, pages: 170, start: 400_000 },
  {
    pid: 7,
    name: 'nginx',
    args: ['nginx: master process nginx -g daemon off;'],
    cgroup: nginx,
    container: 'nginx',
    pages: 1900,
    start: 400_900,
    limit: '67108864',
    files: 12,
    load: 0.01,
  },
  {
    pid: 31,
    parent: 7,
    name: 'nginx',
    args: ['nginx: worker process'],
    cgroup: nginx,
    pages: 1150,
    start: 401_000,
    state: 'R',
    files: 18,
    load: 0.62,
  },
  {
    pid: 32,
    parent: 7,
    name: 'nginx',
    args: ['nginx: worker process'],
    cgroup: nginx,
    pages: 1130,
    start: 401_000,
    files: 18,
    load: 0.4,
  },
  {
    pid: 33,
    parent: 7,
    name: 'nginx',
    args: ['nginx: worker process'],
    cgroup: nginx,
    pages: 1140,
    start: 401_000,
    files: 18,
    load: 0.11,
  },
  {
    pid: 40,
    name: 'node',
    args: [
      '/usr/local/bin/node',
      '--max-old-space-size=256',
      '/app/server.js',
      '--db=postgres://app:s3cret@localhost:5432/shop',
      '--api-token',
      'tok_9f8e7d',
    ],
    cgroup: app,
    container: 'shop',
    pages: 24_000,
    threads: 11,
    start: 402_000,
    limit: '268435456',
    files: 41,
    load: 0.9,
  },
  {
    pid: 58,
    parent: 40,
    name: 'sh',
    args: [
      'sh',
      '-c',
      'while true; do curl -s -H "Authorization: Bearer abcdef123456" http://localhost:3000/warm; sleep 30; done',
    ],
    cgroup: app,
    pages: 380,
    start: 402_500,
    files: 4,
    load: 0.002,
  },
  { pid: 59, parent: 58, name: 'sleep', args: ['sleep', '30'], cgroup: app, pages: 220, start: 995_000, files: 4 },
  { pid: 61, parent: 40, name: 'convert', state: 'Z', cgroup: app, pages: 0, start: 900_000 },
  {
    pid: 70,
    name: 'postgres',
    args: ['postgres', '-c', 'max_connections=50'],
    cgroup: database,
    container: 'database',
    pages: 7100,
    start: 401_500,
    load: 0.01,
  },
  {
    pid: 84,
    parent: 70,
    name: 'postgres',
    args: ['postgres: checkpointer'],
    cgroup: database,
    pages: 1800,
    start: 401_600,
    load: 0.004,
  },
  {
    pid: 85,
    parent: 70,
    name: 'postgres',
    args: ['postgres: background writer'],
    cgroup: database,
    pages: 1650,
    start: 401_600,
    state: 'D',
    load: 0.02,
  },
  {
    pid: 86,
    parent: 70,
    name: 'postgres',
    args: ['postgres: app shop 127.0.0.1(52114) SELECT'],
    cgroup: database,
    pages: 4200,
    start: 700_000,
    load: 0.27,
  },
  {
    pid: 99,
    name: 'node',
    args: ['node', '/topz/topz.cjs', '--addr=0.0.0.0:8085'],
    cgroup: '0::/\n',
    container: 'topz',
    pages: 14_600,
    threads: 7,
    start: 403_000,
    limit: '100663296',
    files: 22,
    load: 0.004,
  },
];

/** As the images have it: a master that is root, PostgreSQL whose user list topz may not read. */
function userOf({ pid, cgroup }: FakeProcess): Pick<FakeProcess, 'uid' | 'passwd'> {
  if (cgroup === nginx) return { uid: pid === 7 ? 0 : 101, passwd: users };
  if (cgroup === app) return { uid: 1000, passwd: users };
  return { uid: cgroup === database ? 999 : 65532 };
}

const javaOptions =
  '-XX:+UseG1GC -XX:MaxRAMPercentage=75 -Dspring.profiles.active=production,metrics -Dlogging.level.root=INFO -cp /app/lib/*';

/** `more` further processes make it a crowd. The first figures are those of a pod that has run for an hour or so. */
export function fakePod(more = 0): FakePod {
  const proc = fakeProc(99);
  const crowd = Array.from({ length: more }, (_, i) => ({
    pid: 1000 + i,
    parent: 40,
    name: 'worker',
    args:
      i % 10 === 3
        ? [
            '/opt/java/openjdk/bin/java',
            ...javaOptions.split(' '),
            'com.example.shop.search.indexer.Main',
            `--shard=${i}`,
          ]
        : ['/usr/local/bin/node', '/app/worker.js', `--shard=${i}`],
    cgroup: app,
    pages: 2000 + ((i * 37) % 900),
    start: 410_000 + i,
    files: 3,
    load: i % 9 === 0 ? ((i % 100) + 1) / 400 : 0,
  }));
  const all = [...cast, ...crowd].map((process) => ({ ...userOf(process), ...process }));
  let uptime = 10_000;
  let turn = 0;
  const ticks = new Map(all.map((process) => [process.pid, 1000]));
  for (const process of all) proc.put({ ...process, ticks: 1000 });

  function go(seconds: number): void {
    uptime += seconds;
    turn += 1;
    proc.uptime(uptime);
    for (const { load = 0, ...process } of all) {
      if (load === 0) continue;
      const wave = 1 + 0.45 * Math.sin(turn / 6 + process.pid) + 0.2 * Math.sin(turn * 1.7 + process.pid * 3);
      const now = (ticks.get(process.pid) ?? 0) + Math.round(load * wave * seconds * 100);
      ticks.set(process.pid, now);
      const pages = Math.round((process.pages ?? 0) * (1 + 0.06 * Math.sin(turn / 9 + process.pid)));
      proc.put({ ...process, files: 0, ticks: now, pages });
    }
  }
  return { proc, go };
}
