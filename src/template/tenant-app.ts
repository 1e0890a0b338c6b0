import type { JsonObject } from '../core/json.ts';
import { quoted } from '../language/types/value.ts';
import type { Fragment } from './fragment.ts';

// What a SidecarTemplate must not do to the app and to its pod. docs/templates.md lists it, and a test compares.

/**
 * Variables that make a program load or run something else, or trust other servers. A `*` at the end stands for
 * any rest.
 */
export const forbiddenVariables = [
  ...['LD_*', 'DYLD_*', 'GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'HOSTALIASES', 'PATH', 'HOME', 'IFS', 'ENV'],
  ...['BASH_*', 'SHELLOPTS', 'PS4', 'PROMPT_COMMAND', 'ZDOTDIR', 'PAGER', 'EDITOR', 'LESSOPEN'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NPM_*', 'npm_*', 'YARN_*', 'BUN_*', 'DENO_*'],
  ...['PYTHON*', 'PERL*', 'RUBYOPT', 'RUBYLIB', 'GEM_*', 'BUNDLE_*', 'PHPRC', 'PHP_INI_*', 'TCL*', 'GODEBUG'],
  ...['JAVA_*', 'JDK_*', '_JAVA_OPTIONS', 'CLASSPATH', 'CATALINA_*', 'MAVEN_*', 'GRADLE_*', 'SPRING_*'],
  ...['DOTNET_*', 'ASPNETCORE_*', 'CORECLR_*', 'COR_*', 'COMPlus_*', 'MONO_*'],
  ...['LUA_*', 'ERL_*', 'ELIXIR_*', 'R_*', 'JULIA_*', 'GIT_*', 'OPENSSL_*', 'SSL_CERT_*', 'SSLKEYLOGFILE'],
  ...['CURL_*', 'REQUESTS_CA_BUNDLE', 'KUBERNETES_*', 'KUBECONFIG'],
];

/** Folders in which an app's containers get no mount, at or below the path. */
export const forbiddenFolders = [
  ...[
    '/bin',
    '/boot',
    '/dev',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/nix',
    '/proc',
    '/root',
    '/sbin',
    '/sys',
    '/usr',
  ],
  ...['/run/secrets', '/var/run/secrets'],
];
/** Paths above these folders: a mount would hide them. */
const above = ['/', '/run', '/var', '/var/run'];

/** Domains of annotations that change how a pod runs, with those below them. */
export const forbiddenDomains = [
  ...['kubernetes.io', 'k8s.io', 'cncf.io', 'multus-cni.io', 'projectcalico.org', 'cilium.io', 'ovn.org'],
  ...['istio.io', 'linkerd.io', 'kuma.io', 'dapr.io', 'hashicorp.com', 'banzaicloud.io', 'opentelemetry.io'],
  ...['jaegertracing.io', 'openshift.io', 'amazonaws.com', 'gke.io', 'azure.workload.identity', 'nri.io', 'nvidia.com'],
  ...['kyverno.io', 'gatekeeper.sh', 'karpenter.sh', 'kruise.io', 'crio.io', 'cri-o.io', 'cloud.google.com'],
  ...['datadoghq.com', 'dynatrace.com', 'elastic.co', 'instana.io', 'newrelic.com'],
];
/** Beginnings of annotations that container runtimes read. */
export const forbiddenBeginnings = [
  'io.kubernetes.',
  'io.containerd.',
  'io.katacontainers.',
  'io.cilium.',
  'dev.gvisor.',
  'run.oci.',
  'org.systemd.',
];

/** A message for each variable, mount and annotation that is not allowed. */
export function appProblems({ env, mounts, podAnnotations }: Fragment): string[] {
  const names = env.map(({ variable }) => String(variable.name));
  const variables = names.filter((name) => forbiddenVariables.some(matching(name)));
  const joins = env.filter(({ ifSet }) => ifSet.word === 'append' || ifSet.word === 'prepend');
  return [
    ...Object.keys(podAnnotations)
      .filter(isForbiddenAnnotation)
      .map((key) => `the annotation ${key} is not allowed`),
    ...variables.map((name) => `the variable ${name} for the app is not allowed`),
    ...joins.map(({ variable, ifSet }) => `$ifSet: ${ifSet.word} of the variable ${variable.name} is not allowed`),
    ...mounts.flatMap(mountProblem),
  ];
}

function matching(name: string): (pattern: string) => boolean {
  return (pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern);
}

function mountProblem({ mountPath }: JsonObject): string[] {
  const path = resolved(String(mountPath));
  const forbidden = above.includes(path) || forbiddenFolders.some((folder) => `${path}/`.startsWith(`${folder}/`));
  return forbidden ? [`a mount at ${quoted(String(mountPath))} in the app is not allowed`] : [];
}

/** The path from the root, as a container runtime reads it: `//etc/`, `a/../etc` and `/./etc` are `/etc`. */
function resolved(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}

function isForbiddenAnnotation(key: string): boolean {
  const [domain = ''] = key.split('/');
  return (
    forbiddenDomains.some((each) => `.${domain}`.endsWith(`.${each}`)) ||
    forbiddenBeginnings.some((each) => key.startsWith(each))
  );
}
