// What the programs of a node are told: configuration files and flags. Each function returns the flags of one program.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { NodeNetwork } from './node-network.ts';

/** The image that holds a pod's namespaces. */
export const pauseImage = 'localhost/pause:1';
export const containerdSocket = '/run/containerd/containerd.sock';

/** containerd, with paths as the box shows them. */
export function containerdArgs(folder: string, cniFolder: string): string[] {
  const plugin = (name: string) => `[plugins."io.containerd.cri.v1.${name}"`;
  const config = [
    'version = 3',
    `${plugin('images')}.pinned_images]`,
    `sandbox = "${pauseImage}"`,
    `${plugin('runtime')}]`,
    // Without CAP_SYS_RESOURCE no process may be given a lower score than it has.
    'restrict_oom_score_adj = true',
    `${plugin('runtime')}.cni]`,
    'bin_dirs = ["/usr/lib/cni"]',
    `conf_dir = "${cniFolder}"`,
  ];
  const file = join(folder, 'containerd.toml');
  writeFileSync(file, `${config.join('\n')}\n`);
  return ['--config', file];
}

/** The kubelet. Much of this is for machines with cgroup v1 and without CAP_SYS_RESOURCE. */
export function kubeletArgs(folder: string, kubeconfig: string, nodeName: string, network: NodeNetwork): string[] {
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: join(folder, 'ca.crt') } },
    authorization: { mode: 'Webhook' },
    clusterDNS: [network.node],
    clusterDomain: 'cluster.local',
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    failSwapOn: false,
    // Nothing here may be evicted or thrown away: the images can't be pulled again.
    evictionHard: {},
    imageGCHighThresholdPercent: 100,
    // A test waits for pods: look often, and retry soon.
    syncFrequency: '10s',
    maxPods: 200,
  };
  const file = join(folder, 'kubelet.yaml');
  writeFileSync(file, stringify(config));
  const identity = [`--hostname-override=${nodeName}`, `--node-ip=${network.node}`];
  return [`--config=${file}`, `--kubeconfig=${kubeconfig}`, ...identity];
}

/** kube-proxy. */
export function kubeProxyArgs(kubeconfig: string, nodeName: string, network: NodeNetwork): string[] {
  return [
    ...[`--kubeconfig=${kubeconfig}`, `--hostname-override=${nodeName}`, `--cluster-cidr=${network.pods}`],
    ...['--proxy-mode=iptables', '--iptables-min-sync-period=100ms'],
    ...['--conntrack-max-per-core=0', '--conntrack-tcp-timeout-established=0', '--conntrack-tcp-timeout-close-wait=0'],
  ];
}

/** The controller manager. */
export function controllerManagerArgs(folder: string, kubeconfig: string): string[] {
  return [
    ...[`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--bind-address=127.0.0.1'],
    ...['--use-service-account-credentials=true', `--root-ca-file=${join(folder, 'ca.crt')}`],
    `--service-account-private-key-file=${join(folder, 'accounts.key')}`,
  ];
}

/** The scheduler. */
export function schedulerArgs(kubeconfig: string): string[] {
  return [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--bind-address=127.0.0.1'];
}

/** CoreDNS. It runs beside the node and not on it: pods ask the node's address. */
export function corednsArgs(folder: string, kubeconfig: string, network: NodeNetwork): string[] {
  const file = join(folder, 'Corefile');
  const block = [`bind ${network.node}`, 'errors', `kubernetes cluster.local {\n kubeconfig ${kubeconfig}\n ttl 1\n }`];
  writeFileSync(file, `.:53 {\n ${block.join('\n ')}\n}\n`);
  return ['-conf', file];
}
