// A node that is up: what a test or a developer does with it.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditEvent, readAuditLog } from './audit-log.ts';
import { findBox } from './box.ts';
import { folderOf, indexOf } from './cluster-folder.ts';
import { packImage } from './image-archive.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { type NodeNetwork, networkOf } from './node-network.ts';
import { containerdSocket, pauseImage } from './node-settings.ts';
import { removeCluster } from './remove-cluster.ts';

export interface RunningNode {
  readonly name: string;
  readonly network: NodeNetwork;
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Folder of the programs' logs. */
  readonly logs: string;
  auditEvents(): AuditEvent[];
  /** containerd's own command line, in the namespace of the kubelet's images and containers. */
  ctr(...args: string[]): Promise<string>;
  /** Imports docker-save archives under the names they carry. */
  importImages(files: readonly string[]): Promise<void>;
  importPause(): Promise<void>;
  /** Takes everything down. Synchronous, and harmless when called twice. */
  stop(): void;
}

/** The node of this name, which is there already; `onStop` is called when it is stopped through this object. */
export function openRunningNode(
  name: string,
  programs: { kubectl: string; ctr: string; pause: string },
  onStop: () => void,
): RunningNode {
  const folder = folderOf(name);
  const kubeconfig = join(folder, 'kubeconfig.yaml');
  const ctr = (...args: string[]) => {
    const box = findBox({ name, folder, lifetime: 'own' });
    if (!box) throw new Error(`the cluster "${name}" is not running`);
    return box.run(programs.ctr, '--address', containerdSocket, '--namespace', 'k8s.io', ...args);
  };
  const importImages = async (files: readonly string[]) => {
    await Promise.all(files.map((file) => ctr('images', 'import', '--local', file)));
  };
  return {
    name,
    network: networkOf(name, indexOf(name)),
    kubeconfig,
    kubectl: createKubectl(programs.kubectl, kubeconfig, join(folder, 'kubectl-cache')),
    logs: join(folder, 'logs'),
    auditEvents: () => readAuditLog(join(folder, 'audit.log')),
    ctr,
    importImages,
    async importPause() {
      const [root, file] = [join(folder, 'pause'), join(folder, 'pause.tar')];
      mkdirSync(root);
      copyFileSync(programs.pause, join(root, 'pause'));
      await packImage({ file, names: [pauseImage], root, config: { Entrypoint: ['/pause'], User: '65535:65535' } });
      await importImages([file]);
    },
    stop() {
      removeCluster(name);
      onStop();
    },
  };
}
