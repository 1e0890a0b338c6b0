// A cluster made by kind in an engine of ours.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Engine } from './engine.ts';
import { nodeImageName } from './node-image.ts';

/**
 * Creates it and returns when its node is Ready. The engine publishes the API server at an address that this machine
 * reaches.
 */
export async function createKindCluster(
  engine: Engine,
  kind: string,
  cluster: string,
  kubeconfig: string,
): Promise<void> {
  const config = join(engine.folder, 'kind.yaml');
  writeFileSync(config, stringify(configFor(engine, writePatches(engine.folder))));
  const args = ['--name', cluster, '--image', nodeImageName, '--config', config, '--kubeconfig', kubeconfig];
  await engine.run(kind, 'create', 'cluster', ...args, '--wait', '600s');
  const kubectl = ['exec', `${cluster}-control-plane`, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf'];
  const scale = ['scale', '--namespace=kube-system', 'deployment/coredns', '--replicas=1'];
  await engine.run('docker', ...kubectl, ...scale); // one node needs no second
}

/**
 * Writes patches of kubeadm's static pods, which would take half of two cores for themselves, and returns their folder.
 */
function writePatches(folder: string): string {
  const patches = join(folder, 'patches');
  mkdirSync(patches);
  const requests = { 'kube-apiserver': '100m', 'kube-controller-manager': '20m', 'kube-scheduler': '20m', etcd: '50m' };
  for (const [name, cpu] of Object.entries(requests)) {
    const patch = { spec: { containers: [{ name, resources: { requests: { cpu } } }] } };
    writeFileSync(join(patches, `${name}+strategic.yaml`), stringify(patch));
  }
  return patches;
}

/** How long kubeadm waits for what it has started. */
const timeouts = { controlPlaneComponentHealthCheck: '10m', kubeletHealthCheck: '10m', kubernetesAPICall: '10m' };

/**
 * All as kind does it, but for its CNI plugin, and for machines that have cgroup v1, no CAP_SYS_RESOURCE, and much to
 * do.
 */
const configFor = ({ network }: Engine, patches: string) => ({
  apiVersion: 'kind.x-k8s.io/v1alpha4',
  kind: 'Cluster',
  nodes: [{ role: 'control-plane', extraMounts: [{ hostPath: patches, containerPath: '/patches', readOnly: true }] }],
  networking: { disableDefaultCNI: true, apiServerAddress: network.node, apiServerPort: 6443 },
  kubeadmConfigPatches: [
    // A test waits for volumes to change: look at them often.
    stringify({ kind: 'KubeletConfiguration', failCgroupV1: false, syncFrequency: '10s' }),
    stringify({ kind: 'InitConfiguration', timeouts, patches: { directory: '/patches' } }),
    // A cluster for an hour need not outlive a power cut.
    stringify({
      kind: 'ClusterConfiguration',
      etcd: { local: { extraArgs: [{ name: 'unsafe-no-fsync', value: 'true' }] } },
    }),
  ],
  containerdConfigPatches: ['[plugins."io.containerd.grpc.v1.cri"]\n  restrict_oom_score_adj = true\n'],
});

/** Loads docker-save archives into its node, a few at a time. */
export async function loadImages(
  engine: Engine,
  kind: string,
  cluster: string,
  files: readonly string[],
): Promise<void> {
  const waiting = [...files];
  const loadNext = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift())
      await engine.run(kind, 'load', 'image-archive', file, '--name', cluster);
  };
  await Promise.all([loadNext(), loadNext(), loadNext()]);
}
