// The images that kubeadm and kind start, under the names that they use: the node's own programs, one in each.
import type { ImageRecipe } from '../image-recipe.ts';
import { path } from '../image-recipe.ts';
import { corednsVersion, etcdVersion, kubernetesVersion, pauseVersion } from '../versions.ts';

const image = (program: string, version: string, names: string[], entrypoint?: string): ImageRecipe => ({
  key: `kind-${program}`,
  names,
  packages: [],
  programs: { [program]: version },
  config: { Env: [path], ...(entrypoint ? { Entrypoint: [entrypoint] } : {}) },
});

const kubernetes = (program: string) =>
  image(program, kubernetesVersion, [`registry.k8s.io/${program}:v${kubernetesVersion}`]);

/** Those that have a file of their own among the files of a Kubernetes release. */
export const releaseImages = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((program) => ({
  ...kubernetes(program),
  program,
}));

/** iptables-restore loads what `-m statistic` and its like take, which needs the libraries of all its plugins. */
const proxy: ImageRecipe = {
  ...kubernetes('kube-proxy'),
  packages: ['iptables', 'conntrack', 'kmod', 'dash', 'coreutils'],
  run: [
    '/bin/sh',
    '-euc',
    `mkdir -p /usr/local/bin && ln -s /usr/bin/kube-proxy /usr/local/bin/
    cd /usr/sbin && for name in iptables ip6tables; do
      for end in '' -save -restore; do ln -sf $name-nft$end $name$end; done
    done`,
  ],
};

/**
 * The others, which kind would pull. etcd is some patches newer than the name says, which is kubeadm's. The programs
 * behind kindest/… are not published as modules: kind must have images of these names, but nothing here is started from
 * them.
 */
export const otherImages: readonly ImageRecipe[] = [
  proxy,
  image('etcd', etcdVersion, ['registry.k8s.io/etcd:3.6.8-0']),
  image('coredns', corednsVersion, [`registry.k8s.io/coredns/coredns:v${corednsVersion}`], 'coredns'),
  image(
    'pause',
    pauseVersion,
    [
      'registry.k8s.io/pause:3.10',
      'docker.io/kindest/kindnetd:v20260820-69b56db7',
      'docker.io/kindest/local-path-provisioner:v20260820-69b56db7',
      'docker.io/kindest/local-path-helper:v20260131-7181c60a',
    ],
    'pause',
  ),
];
