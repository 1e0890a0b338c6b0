// A Docker engine of our own runs what kind asks of one, and leaves nothing on the machine.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { imageRecipes } from '../image-recipes.ts';
import { ensureImages } from '../images.ts';
import { type MachineTraces, machineTraces } from '../machine-traces.ts';
import { leftovers, removeCluster } from '../remove-cluster.ts';
import { type Engine, startEngine } from './engine.ts';

const name = 'engine';
const image = 'docker.io/library/busybox:1.37';
// Which Docker and kind make where they lack them.
const folders = ['/etc/docker', '/lib/modules'];
let busybox: string;
let before: MachineTraces;
let had: string[];

beforeAll(async () => {
  [busybox = ''] = await ensureImages(imageRecipes.filter(({ key }) => key === 'busybox'));
});
beforeEach(() => {
  [before, had] = [machineTraces(name), folders.filter((folder) => existsSync(folder))];
});
afterEach(() => removeCluster(name));

/** Asks a server of this machine from a container. */
async function askMachine({ run, network }: Engine): Promise<string> {
  const server = createServer((_, response) => response.end('from the machine'));
  await new Promise<void>((resolve) => server.listen(0, network.host, resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    return await run('docker', 'run', '--rm', image, 'wget', '-qO-', `http://${network.host}:${port}/`);
  } finally {
    server.close();
  }
}

describe('a Docker engine of our own', () => {
  it('runs privileged containers, publishes their ports, lets them reach this machine, and is gone without a trace', async () => {
    const engine = await startEngine(name);
    const { run, network } = engine;
    await run('docker', 'load', '--input', busybox);
    const modules = ['--volume', '/lib/modules:/lib/modules:ro'];
    // Only who is privileged may mount.
    const mount = ['mount', '-t', 'tmpfs', 'tmpfs', '/tmp'];
    await run('docker', 'run', '--rm', '--privileged', ...modules, image, ...mount);
    const server = ['busybox', 'httpd', '-f', '-p', '80', '-h', '/etc'];
    const published = ['--publish', `${network.node}:8080:80`];
    await run('docker', 'run', '--detach', '--privileged', '--name', 'server', ...published, image, ...server);
    const page = async () => (await fetch(`http://${network.node}:8080/passwd`)).text();
    await expect.poll(page, { timeout: 60_000 }).toContain('root:');
    await run('docker', 'exec', '--privileged', 'server', ...mount);
    expect(await askMachine(engine)).toBe('from the machine');

    const during = machineTraces(name);
    expect(during.mounts).toEqual(before.mounts);
    expect(during.iptables).toEqual(before.iptables);
    engine.stop();
    expect(leftovers(name)).toEqual([]);
    expect(machineTraces(name)).toEqual(before);
    expect(folders.filter((folder) => existsSync(folder))).toEqual(had);
  });
});
