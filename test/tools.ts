import { locate } from './catalog/programs.ts';
import { installPackages } from './cluster/debian-packages.ts';

/** Programs that suites use beside Node → the Debian packages that hold them. */
const packages: Readonly<Record<string, string>> = {
  git: 'git',
  bash: 'bash',
  nginx: 'nginx',
  chromium: 'chromium',
  promtool: 'prometheus',
  busybox: 'busybox',
  haproxy: 'haproxy',
  curl: 'curl',
  zsh: 'zsh',
  fish: 'fish',
  script: 'bsdutils',
  faketime: 'faketime',
  'prometheus-redis-exporter': 'prometheus-redis-exporter',
};

/**
 * Installs what suites need and the machine lacks, where that can be done: as root on a machine with apt-get. Elsewhere
 * the suites say by name what they could not test.
 */
export async function prepareTools(say: (message: string) => void): Promise<void> {
  const missing = Object.entries(packages).flatMap(([program, name]) => (locate(program) ? [] : [name]));
  await installPackages(missing, say).catch((error: Error) => say(`${error.message}; some tests are left out`));
}
