// Runs one of the project's TypeScript programs: `node tools/run.mjs src/main/serve.ts --port 9443`. It is plain
// JavaScript without dependencies, because a fresh clone runs it first, with any Node from 20 on. It installs the
// packages if the lock file has changed, and then starts the program with Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
const modules = join(root, 'node_modules');
const node = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** Whether what npm has written of its last complete installation is what the lock file asks for. */
function isInstalled() {
  const written = join(modules, '.package-lock.json');
  if (!existsSync(node) || !existsSync(written)) return false;
  const installed = JSON.parse(readFileSync(written, 'utf8')).packages;
  const { '': _, ...wanted } = JSON.parse(lock).packages;
  // An optional package of another platform is not installed.
  return Object.entries(wanted).every(([path, { optional, version, integrity }]) => {
    const found = installed[path];
    return found ? found.version === version && found.integrity === integrity : optional;
  });
}

function install() {
  // npm ci would empty the folder behind a link, which belongs to another checkout.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() && existsSync(node)) return;
  if (isInstalled()) return;
  process.stderr.write('Installing packages, because this is the first run or the lock file changed …\n');
  const result = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write('npm ci failed. Fix the error above and run the same command again.\n');
    process.exit(result.status ?? 1);
  }
}

const [program, ...args] = process.argv.slice(2);
if (!program) {
  process.stderr.write('Usage: node tools/run.mjs PROGRAM.ts [ARGUMENT ...]\n');
  process.exit(2);
}
install();

const child = spawn(node, ['--disable-warning=ExperimentalWarning', resolve(root, program), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm ends the shell that it runs scripts in, and the shell does not pass the signal on.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500).unref();
}
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));
