// A Docker engine where the machine has none: Debian's, in a box of its own (box.ts), so that nothing of it outlives
// the box.
//
//   const engine = await startEngine('e2e');     // ends with this process, however that ends
//   await engine.run('docker', 'info');
//   engine.stop();
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { progressToStderr } from '../binaries.ts';
import { type Box, openBox } from '../box.ts';
import type { Progress } from '../cache.ts';
import { processesOf } from '../cgroups.ts';
import { createFolder } from '../cluster-folder.ts';
import { endingWithUs, untilReady } from '../daemon.ts';
import { ensureNodePackages } from '../debian-packages.ts';
import { connect, type NodeNetwork, networkOf } from '../node-network.ts';
import { leftovers, removeCluster } from '../remove-cluster.ts';
import { atProcessEnd } from '../scratch-folder.ts';
import { ensureEnginePrograms } from './engine-programs.ts';

const execute = promisify(execFile);
const runtime = join(import.meta.dirname, 'runc-without-cap-sys-resource.sh');

export interface Engine {
  readonly folder: string;
  /** `node` is the engine's own address, at which it publishes ports; containers reach this machine by `host`. */
  readonly network: NodeNetwork;
  /** How Docker is called: the program, and what leads it to this engine. */
  readonly docker: readonly [string, ...string[]];
  /** Runs a program that calls Docker, and returns what it printed; fails with what it complained of. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Takes the engine down with all that it runs. Synchronous, and harmless when called twice. */
  stop(): void;
}

/** Starts an engine whose box has this name, and returns when it answers. */
export async function startEngine(name: string, onProgress: Progress = progressToStderr): Promise<Engine> {
  await ensureNodePackages(onProgress);
  const programs = await ensureEnginePrograms(onProgress);
  if (leftovers(name).length > 0 && processesOf(name).length === 0) removeCluster(name);
  let begun = false;
  const forget = atProcessEnd(() => {
    if (begun) removeCluster(name);
  });
  const stop = () => {
    removeCluster(name);
    forget();
  };
  try {
    const { folder, index } = createFolder(name);
    begun = true;
    const network = networkOf(name, index);
    const box = await openBox({ name, folder, lifetime: 'parent' });
    await connect(box, network);
    await install(box, folder, programs);
    const socket = `unix://${join(folder, 'docker.sock')}`;
    await startDockerd(box, folder, socket);
    const environment = environmentOf(programs, socket, folder);
    const run = async (command: string, ...args: readonly string[]) => {
      const options = { env: environment, maxBuffer: 64 << 20 };
      return (await execute(...endingWithUs(command, args), options)).stdout;
    };
    return { folder, network, docker: [join(programs, 'usr/bin/docker'), '--host', socket], run, stop };
  } catch (error) {
    if (begun) stop();
    throw error;
  }
}

/** Lays the programs over the machine's, and something to write to over both; nobody but the box sees it. */
async function install(box: Box, folder: string, programs: string): Promise<void> {
  for (const [name, lower] of [
    ['usr', `${programs}/usr:/usr`],
    ['etc', '/etc'], // where dockerd writes its key
  ] as const) {
    const [upper, work] = [join(folder, `${name}-written`), join(folder, `${name}-work`)];
    for (const each of [upper, work]) mkdirSync(each);
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    await box.run('mount', '-t', 'overlay', 'overlay', '-o', options, `/${name}`);
  }
}

async function startDockerd(box: Box, folder: string, socket: string): Promise<void> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const args = [
    ...[`--host=${socket}`, '--storage-driver=overlay2', '--oom-score-adjust=0', '--log-level=warn'],
    ...[`--add-runtime=bounded=${runtime}`, '--default-runtime=bounded'],
  ];
  const daemon = box.start('dockerd', 'env', [`TMPDIR=${temporary}`, 'dockerd', ...args]);
  await untilReady(daemon, async () => (await box.run('docker', '--host', socket, 'version')) !== '', 60);
}

/** Without the machine's proxies, which nothing in the box could reach. */
function environmentOf(programs: string, socket: string, folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(https?|no)_proxy$/i.test(name));
  const path = `${join(programs, 'usr/bin')}:${process.env.PATH}`;
  return { ...Object.fromEntries(own), PATH: path, DOCKER_HOST: socket, TMPDIR: join(folder, 'tmp') };
}
