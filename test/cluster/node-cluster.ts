// A whole Kubernetes node on this machine, as root: etcd, API server, controller manager, scheduler, containerd,
// kubelet, kube-proxy and CoreDNS in a box of their own (box.ts). Pods really run; Services and their names work.
//
//   const images = await ensureImages(imageRecipes); // docker-save archives (images.ts) const cluster = await
//   startNode({ name: 'e2e', images }); // ends with this process, however that ends await cluster.kubectl(['apply',
//   '-f', '-'], { stdin }); cluster.network.host // where the pods and the API server reach this machine
//   cluster.stop(); // every trace
//
// This machine reaches pods and Services by their addresses.
import { kubeconfigText } from './api-client.ts';
import { writeSecret } from './api-server.ts';
import { ensureBinaries, progressToStderr } from './binaries.ts';
import { type Box, openBox } from './box.ts';
import type { Progress } from './cache.ts';
import { createAuthority } from './certificates.ts';
import { processesOf } from './cgroups.ts';
import { createFolder } from './cluster-folder.ts';
import { ensureNodePackages } from './debian-packages.ts';
import { connect, type NodeNetwork, networkOf } from './node-network.ts';
import {
  type Programs,
  programNames,
  type Site,
  startApiServer,
  startContainerd,
  startTheRest,
} from './node-programs.ts';
import { leftovers, removeCluster } from './remove-cluster.ts';
import { openRunningNode, type RunningNode } from './running-node.ts';
import { atProcessEnd } from './scratch-folder.ts';
import { createStages } from './stages.ts';

export interface NodeOptions {
  /** Several clusters may run side by side, each with a name of its own. */
  readonly name: string;
  /** `parent` (the default): gone when this process is. `own`: left running. */
  readonly lifetime?: 'parent' | 'own';
  readonly onProgress?: Progress;
  readonly extraApiServerArgs?: readonly string[];
  /** docker-save archives for the node to have. */
  readonly images?: readonly string[];
}

/**
 * Makes sure of the node's programs and of the packages they call. Done by `startNode` too; here it can be done
 * beforehand.
 */
export async function prepareNode(onProgress: Progress = progressToStderr): Promise<Programs> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('a whole node takes Linux and root');
  const stage = createStages(onProgress);
  const programs = await stage('programs', () => ensureBinaries(programNames, { onProgress }));
  await stage('packages', () => ensureNodePackages(onProgress));
  return programs;
}

/** Brings the node up and returns when it is Ready. What was begun is taken down again where that fails. */
export async function startNode(options: NodeOptions): Promise<RunningNode> {
  const { name, lifetime = 'parent', onProgress = progressToStderr } = options;
  const programs = await prepareNode(onProgress);
  const stage = createStages(onProgress);
  // What a run of the same name left behind when it was killed: a folder, nothing in which runs any more.
  if (leftovers(name).length > 0 && processesOf(name).length === 0) removeCluster(name);
  let begun = false;
  const parts: Promise<void>[] = [];
  // Before there is anything to remove: a signal between the two would find nobody who removes it.
  const forget = atProcessEnd(() => {
    if (begun) removeCluster(name);
  });
  try {
    const { folder, index } = createFolder(name);
    begun = true;
    const network = networkOf(name, index);
    const box = await stage('namespaces and network', () => furnish(name, folder, lifetime, network));
    const authority = await createAuthority('sidecar-injector-testbed');
    const client = await authority.issue({ commonName: 'admin', organization: 'system:masters' });
    const connection = { url: `https://${network.node}:6443`, caPem: authority.certificatePem, client };
    writeSecret(folder, 'kubeconfig.yaml', kubeconfigText(connection, `sidecar-injector-${name}`));
    const site: Site = { box, folder, network, programs, authority, connection, nodeName: `node-${name}` };
    const node = openRunningNode(name, programs, lifetime === 'own' ? () => {} : forget);
    const apiServer = stage('etcd and API server', () => startApiServer(site, options.extraApiServerArgs ?? []));
    parts.push(
      (async () => {
        await stage('containerd', () => startContainerd(site, node));
        await stage('images', () => node.importImages(options.images ?? []));
      })(),
      apiServer.then(() => startTheRest(site, stage)),
    );
    await Promise.all(parts);
    if (lifetime === 'own') forget();
    return node;
  } catch (error) {
    if (begun) removeCluster(name);
    // What goes on beside the part that failed fails now too, and may have written into the folder once more.
    await Promise.allSettled(parts);
    if (begun) removeCluster(name);
    forget();
    throw error;
  }
}

async function furnish(name: string, folder: string, lifetime: 'parent' | 'own', network: NodeNetwork): Promise<Box> {
  const box = await openBox({ name, folder, lifetime });
  await connect(box, network);
  return box;
}
