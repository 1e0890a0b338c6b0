// The images that the examples and the sidecars name, made from Debian packages where no registry is to be had. They
// listen on the ports, serve the folders and run as the users of the real ones; what is in them is Debian's, or built
// from Go modules.
import { type ImageRecipe, path, shell } from './image-recipe.ts';
import { metricsImages } from './metrics-images.ts';

const nodeLibraries = ['libstdc++6'];
const nginxTemporary = '/var/cache/nginx';
const runNginx = { Entrypoint: ['nginx'], Cmd: ['-g', 'daemon off;'], Env: [path] };

export const imageRecipes: readonly ImageRecipe[] = [
  {
    key: 'busybox',
    names: ['docker.io/library/busybox:1.37'],
    packages: ['busybox'],
    run: ['/bin/busybox', '--install', '-s', '/bin'],
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
    packages: ['nginx', 'dash', 'coreutils', 'sed', 'grep'],
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
    packages: ['haproxy', 'dash', 'coreutils', 'sed'],
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
    packages: ['git', 'openssh-client', 'curl', 'bash', 'perl-base', ...shell],
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
  ...metricsImages,
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
