// The network of one node: a virtual cable between the machine and the box, the pods' bridge inside, and the addresses.
// The machine reaches pods and Services by their addresses; pods reach the machine by `host`.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Box } from './box.ts';

const execute = promisify(execFile);

export interface NodeNetwork {
  /** The machine's end of the cable. */
  readonly link: string;
  /** The machine, as the node and the pods see it. */
  readonly host: string;
  readonly node: string;
  readonly pods: string;
  readonly services: string;
}

/** The machine's end of a cluster's cable. An interface's name has at most 15 characters. */
export const linkOf = (name: string) => `sinj-${name}`;

/** The addresses of the n-th cluster on this machine. */
export function networkOf(name: string, index: number): NodeNetwork {
  return {
    link: linkOf(name),
    host: `10.213.${index}.1`,
    node: `10.213.${index}.2`,
    pods: `10.214.${index}.0/24`,
    services: `10.215.${index}.0/24`,
  };
}

/** Plugs the cable in. */
export async function connect(box: Box, { link, host, node, pods, services }: NodeNetwork): Promise<void> {
  const ip = (...args: string[]) => execute('ip', args);
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(box.pid));
  await ip('address', 'add', `${host}/30`, 'dev', link);
  await ip('link', 'set', link, 'up');
  await box.run('ip', 'address', 'add', `${node}/30`, 'dev', 'eth0');
  await box.run('ip', 'link', 'set', 'eth0', 'up');
  await box.run('ip', 'route', 'add', 'default', 'via', host);
  for (const range of [pods, services]) await ip('route', 'add', range, 'via', node, 'dev', link);
}

/** Writes the CNI configuration and returns its folder. */
export function writeCniConfiguration(folder: string, { pods }: NodeNetwork): string {
  const directory = join(folder, 'cni');
  mkdirSync(directory, { recursive: true });
  const ipam = { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, ipam };
  const plugins = [bridge, { type: 'portmap', capabilities: { portMappings: true } }];
  const list = { cniVersion: '1.0.0', name: 'pods', plugins };
  writeFileSync(join(directory, '10-pods.conflist'), JSON.stringify(list, null, 2));
  return directory;
}
