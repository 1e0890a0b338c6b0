// A node comes up, runs pods, and leaves nothing: when it is taken down, interrupted or killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from './cgroups.ts';
import { imageRecipes } from './image-recipes.ts';
import { ensureImages } from './images.ts';
import { type MachineTraces, machineTraces } from './machine-traces.ts';
import { prepareNode, startNode } from './node-cluster.ts';
import { leftovers, removeCluster } from './remove-cluster.ts';

const name = 'traces';
const program = join(import.meta.dirname, 'cluster.ts');
let images: string[];
let before: MachineTraces;

/** `npm run cluster -- COMMAND`, without npm. */
function command(...args: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args, '--name', name], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** How it ended, with the last thing it said for the message of a failure. */
async function ending(child: ChildProcess): Promise<{ code: number | null; signal: string | null; said: string }> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-500);
  });
  const [code, signal] = await once(child, 'close');
  return { code, signal, said };
}

beforeAll(async () => {
  await prepareNode();
  images = await ensureImages(imageRecipes.filter(({ key }) => key === 'busybox'));
});

beforeEach(() => {
  before = machineTraces(name);
});

afterEach(() => removeCluster(name));

describe('a node', () => {
  it('runs pods, Services and names, and is gone without a trace', async () => {
    const node = await startNode({ name, images });
    const applied = await node.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(greeting) });
    expect(applied).toMatchObject({ code: 0, stderr: '' });
    const waited = await node.kubectl(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=180s']);
    expect(waited).toMatchObject({ code: 0 });
    // The rules of the Service are written a moment after its pod is Ready.
    const asked = () => node.kubectl(['exec', 'client', '--', 'wget', '-qO-', 'http://greeter/']);
    await expect.poll(asked, { timeout: 60_000 }).toMatchObject({ code: 0, stdout: 'hello\n' });
    const logs = await node.kubectl(['logs', 'greeter']);
    expect(logs.stdout).toBe('started\n');
    // This machine has only the folder, the cgroups and the cable: no mount, no chain, no route but those to the cable.
    const during = machineTraces(name);
    expect(during.mounts).toEqual(before.mounts);
    expect(during.iptables).toEqual(before.iptables);
    expect(during.networkNamespaces).toEqual(before.networkNamespaces);
    expect(during.links).toEqual([...before.links, `sinj-${name}`].sort());
    node.stop();
    expect(leftovers(name)).toEqual([]);
    expect(machineTraces(name)).toEqual(before);
  });

  it('is left running by the command, and taken down by it', async () => {
    expect(await ending(command('up'))).toMatchObject({ code: 0 });
    expect(processesOf(name).length).toBeGreaterThan(8);
    expect(await ending(command('up'))).toMatchObject({ code: 1 }); // there is one already, and it stays
    expect(processesOf(name).length).toBeGreaterThan(8);
    expect(await ending(command('down'))).toMatchObject({ code: 0 });
    expect(machineTraces(name)).toEqual(before);
  });

  it.each([200, 500, 1200, 2500, 5000])(
    'leaves nothing when it is interrupted %d ms into coming up',
    async (moment) => {
      const child = command('up');
      await sleep(moment);
      child.kill('SIGINT');
      expect(await ending(child)).toMatchObject({ signal: 'SIGINT' });
      expect(leftovers(name)).toEqual([]);
      expect(machineTraces(name)).toEqual(before);
    },
  );

  it('leaves nothing when it is taken down by somebody else while it comes up', async () => {
    const disturb = (said: string) => said.startsWith('etcd and API server') && removeCluster(name);
    await expect(startNode({ name, images, onProgress: disturb })).rejects.toThrow();
    expect(leftovers(name)).toEqual([]);
    await sleep(2000); // nor does anything go on
    expect(machineTraces(name)).toEqual(before);
  });

  it.each([200, 500, 1200, 2500, 5000])(
    'is found by `down` when it was killed %d ms into coming up',
    async (moment) => {
      const child = command('up');
      await sleep(moment);
      child.kill('SIGKILL');
      await ending(child);
      expect(await ending(command('down'))).toMatchObject({ code: 0 });
      expect(leftovers(name)).toEqual([]);
      expect(machineTraces(name)).toEqual(before);
    },
  );

  it('of a test ends with the test, even when that is killed; its folder goes with the next', async () => {
    const start = `import { startNode } from '${join(import.meta.dirname, 'node-cluster.ts')}';
      await startNode({ name: '${name}' });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', start], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await ending(child);
    await expect.poll(() => processesOf(name), { timeout: 60_000 }).toEqual([]);
    (await startNode({ name })).stop();
    expect(machineTraces(name)).toEqual(before);
  });
});

const pod = (podName: string, script: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: podName, labels: { app: podName } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'app', image: 'docker.io/library/busybox:1.37', command: ['sh', '-c', script] }],
  },
});
const page =
  'mkdir /tmp/page && echo hello > /tmp/page/index.html && echo started && exec httpd -f -p 8080 -h /tmp/page';
const ports = [{ port: 80, targetPort: 8080 }];
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'greeter' },
  spec: { selector: { app: 'greeter' }, ports },
};
const greeting = {
  apiVersion: 'v1',
  kind: 'List',
  items: [pod('greeter', page), service, pod('client', 'sleep infinity')],
};
