// Which Go module, package and flags each program of a test cluster, and of its images, is built from.
import {
  certManagerVersion,
  containerdVersion,
  containerRegistryVersion,
  corednsVersion,
  etcdVersion,
  helmVersion,
  kindVersion,
  kptVersion,
  kubernetesVersion,
  kustomizeVersion,
  memcachedExporterVersion,
  mysqldExporterVersion,
  pauseVersion,
  postgresExporterVersion,
  statsdExporterVersion,
} from './versions.ts';

export interface GoModule {
  readonly name: string;
  /** Empty where nothing but Go's own library is needed. */
  readonly path: string;
  readonly version: string;
  /** Program name → package path. */
  readonly commands: Readonly<Record<string, string>>;
  readonly linkerFlags?: readonly string[];
  readonly tags?: string;
  /** A program of our own, `programs/<source>`, that is built instead of a package of the module. */
  readonly source?: string;
}

// Without these the API server calls itself v0.0.0, and whoever asks for its version is misled.
const [major, minor] = kubernetesVersion.split('.');
const versionPackage = 'k8s.io/component-base/version';

const kubernetes: GoModule = {
  name: 'kubernetes',
  path: 'k8s.io/kubernetes',
  version: kubernetesVersion,
  commands: {
    'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
    kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    kubelet: 'k8s.io/kubernetes/cmd/kubelet',
    'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
    kubeadm: 'k8s.io/kubernetes/cmd/kubeadm',
  },
  linkerFlags: [
    `-X ${versionPackage}.gitVersion=v${kubernetesVersion}`,
    `-X ${versionPackage}.gitMajor=${major}`,
    `-X ${versionPackage}.gitMinor=${minor}`,
  ],
};

const etcd: GoModule = {
  name: 'etcd',
  path: 'go.etcd.io/etcd/server/v3',
  version: etcdVersion,
  commands: { etcd: 'go.etcd.io/etcd/server/v3' },
};

const containerd: GoModule = {
  name: 'containerd',
  path: 'github.com/containerd/containerd/v2',
  version: containerdVersion,
  commands: {
    containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
    'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
  },
  linkerFlags: [`-X github.com/containerd/containerd/v2/version.Version=v${containerdVersion}`],
  tags: 'no_btrfs,no_devmapper',
};

const coredns: GoModule = {
  name: 'coredns',
  path: 'github.com/coredns/coredns',
  version: corednsVersion,
  commands: { coredns: 'testbed' },
  source: 'coredns.go',
};

/** Its module has the CustomResourceDefinitions too, in `deploy/crds`. */
export const certManager: GoModule = {
  name: 'cert-manager',
  path: 'github.com/cert-manager/cert-manager',
  version: certManagerVersion,
  commands: { 'cert-manager': 'testbed' },
  source: 'cert-manager.go',
};

const helm: GoModule = {
  name: 'helm',
  path: 'helm.sh/helm/v4',
  version: helmVersion,
  commands: { helm: 'helm.sh/helm/v4/cmd/helm' },
  linkerFlags: [`-X helm.sh/helm/v4/internal/version.version=v${helmVersion}`],
};

const kind: GoModule = {
  name: 'kind',
  path: 'sigs.k8s.io/kind',
  version: kindVersion,
  commands: { kind: 'sigs.k8s.io/kind' },
};

const kustomize: GoModule = {
  name: 'kustomize',
  path: 'sigs.k8s.io/kustomize/kustomize/v5',
  version: kustomizeVersion,
  commands: { kustomize: 'sigs.k8s.io/kustomize/kustomize/v5' },
  linkerFlags: [`-X sigs.k8s.io/kustomize/api/provenance.version=v${kustomizeVersion}`],
};

/** Its functions only: the rest needs a module that is not published. */
const kpt: GoModule = {
  name: 'kpt',
  path: 'github.com/kptdev/kpt',
  version: kptVersion,
  commands: { kpt: 'testbed' },
  source: 'kpt.go',
};

/** crane: a registry, and what checks the images in one. */
const containerRegistry: GoModule = {
  name: 'go-containerregistry',
  path: 'github.com/google/go-containerregistry',
  version: containerRegistryVersion,
  commands: { crane: 'github.com/google/go-containerregistry/cmd/crane' },
};

const pause: GoModule = {
  name: 'pause',
  path: '',
  version: pauseVersion,
  commands: { pause: 'testbed' },
  source: 'pause.go',
};

/** Debian lacks some, and has others that are too old to know today's flags. */
const exporters: readonly GoModule[] = [
  exporter('statsd_exporter', 'prometheus', statsdExporterVersion, ''),
  exporter('memcached_exporter', 'prometheus', memcachedExporterVersion, '/cmd/memcached_exporter'),
  exporter('mysqld_exporter', 'prometheus', mysqldExporterVersion, ''),
  exporter('postgres_exporter', 'prometheus-community', postgresExporterVersion, '/cmd/postgres_exporter'),
];

function exporter(name: string, owner: string, version: string, command: string): GoModule {
  const path = `github.com/${owner}/${name}`;
  return { name, path, version, commands: { [name]: `${path}${command}` } };
}

export const goModules: readonly GoModule[] = [
  kubernetes,
  etcd,
  containerd,
  coredns,
  certManager,
  helm,
  kind,
  kustomize,
  kpt,
  containerRegistry,
  pause,
  ...exporters,
];
