import type { JsonObject } from '../core/json.ts';
import { quoted } from '../language/types/value.ts';
import type { Fragment } from './fragment.ts';

// What a SidecarTemplate must not do to the app and to its pod. docs/templates.md lists it, and a test compares.

/**
 * Variables that make a program load or run something else, trust other servers, use other devices, or hand the pod's
 * identity to another server. A `*` at an end stands for any rest.
 */
export const forbiddenVariables = [
  ...['*OPTS', '*OPTIONS', '*_ARGS', '*COMMAND*', '*PRELOAD*', '*PLUGIN*', '*INJECTION*', '*JAVAAGENT*'],
  ...['*_MODULE', '*_MODULES', '*_DRIVERS_PATH', '*PAGER', '*EDITOR', '*ASKPASS', '*_RSH', '*_VISIBLE_DEVICES'],
  ...['*REJECT_UNAUTHORIZED', '*_NO_VERIFY', '*_SKIP_VERIFY', '*SSL_VERIFY*', '*TLS_VERIFY*', '*CA_BUNDLE'],
  ...['*_CA_FILE', '*_CAFILE', '*_CA_CERT*', '*_CACERT*', '*ROOTCERT', 'SSL_CERT_*', 'SSLKEYLOGFILE', 'PGSSL*'],
  ...['LD_*', 'DYLD_*', 'GLIBC_TUNABLES', 'GCONV_PATH', 'LOCPATH', 'HOSTALIASES', 'LOCALDOMAIN', 'PATH', 'HOME'],
  ...['IFS', 'ENV', 'SHELL', 'BASH_*', 'SHELLOPTS', 'PS4', 'ZDOTDIR', 'FPATH', 'VISUAL', 'BROWSER', 'LESS*'],
  ...['VIMINIT', 'EXINIT', 'XDG_CONFIG_*', 'XDG_DATA_*', 'OPENSSL_*', 'KRB5*', 'SASL_*', 'ODBC*', 'VK_*', 'NVIDIA_*'],
  ...['NODE_PATH', 'NODE_EXTRA_CA_CERTS', 'NPM_*', 'npm_*', 'YARN_*', 'BUN_*', 'DENO_*'],
  ...['PYTHON*', 'PIP_*', 'UV_*', 'POETRY_*', 'CONDA_*', 'GUNICORN_*', 'UWSGI_*', 'FLASK_APP'],
  ...['PERL*', 'RUBYOPT', 'RUBYLIB', 'GEM_*', 'BUNDLE_*', 'PHPRC', 'PHP_INI_*', 'TCL*'],
  ...['GODEBUG', 'GOFLAGS', 'GOENV', 'GOROOT', 'GOPATH', 'GOPROXY', 'GOSUMDB', 'GOINSECURE', 'GOTOOLCHAIN'],
  ...['CARGO_*', 'RUSTC*', 'RUSTFLAGS', 'MAKEFLAGS'],
  ...['JAVA_*', 'JDK_*', 'CLASSPATH', 'CATALINA_*', 'MAVEN_*', 'GRADLE_*', 'SPRING_*'],
  ...['DOTNET_*', 'ASPNETCORE_*', 'CORECLR_*', 'COR_*', 'COMPlus_*', 'MONO_*'],
  ...['LUA_*', 'ERL_*', 'ELIXIR_*', 'R_*', 'JULIA_*', 'GIT_*', 'CURL_*'],
  ...['KUBERNETES_*', 'KUBECONFIG', 'AWS_ENDPOINT_URL*', 'AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'],
  ...['AZURE_AUTHORITY_HOST', 'GOOGLE_EXTERNAL_ACCOUNT_*'],
];
const exactNames = new Set(forbiddenVariables);
const patterns = forbiddenVariables.filter((each) => each.includes('*')).map(patternOf);

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

/** Words that ask a controller to run something in a pod, to add to it, or to change its network. */
export const forbiddenWords = ['inject', 'hook', 'command', 'cni', 'ipam', 'ippool'];
/** A word begins behind anything but a letter, or with a capital: `auto-inject`, `sidecarInjectorWebhook`. */
const wordBeginning = new RegExp(
  forbiddenWords.map((each) => `(?<![A-Za-z])${each}|${each[0]?.toUpperCase()}${each.slice(1)}`).join('|'),
);
/** In the last name but one of a domain: those of Kubernetes and its projects, such as `x-k8s.io` and `kubevirt.io`. */
export const forbiddenFamilies = ['k8s', 'kube'];
/** Domains of other annotations that change how a pod runs, with those below them. */
export const forbiddenDomains = [
  ...['cncf.io', 'multus-cni.io', 'projectcalico.org', 'tigera.io', 'cilium.io', 'antrea.io', 'ovn.org'],
  ...['spidernet.io', 'submariner.io', 'networkservicemesh.io', 'istio.io', 'linkerd.io', 'kuma.io', 'dapr.io'],
  ...['openservicemesh.io', 'traefik.io', 'getambassador.io', 'telepresence.io', 'spiffe.io'],
  ...['hashicorp.com', 'banzaicloud.io', 'bank-vaults.io', '1password.io', '1password.com', 'akeyless.io'],
  ...['conjur.org', 'cyberark.com', 'doppler.com', 'infisical.com'],
  ...['velero.io', 'k8up.io', 'kanister.io', 'appscode.com'],
  ...['opentelemetry.io', 'jaegertracing.io', 'odigos.io', 'datadoghq.com', 'dynatrace.com', 'elastic.co'],
  ...['instana.io', 'newrelic.com', 'appdynamics.com', 'splunk.com', 'fluentbit.io', 'sysdig.com', 'aquasec.com'],
  ...['openshift.io', 'amazonaws.com', 'gke.io', 'cloud.google.com', 'azure.com', 'azure.workload.identity'],
  ...['aliyun.com', 'alibabacloud.com', 'tencent.com', 'volcengine.com', 'oraclecloud.com', 'vmware.com'],
  ...['kyverno.io', 'gatekeeper.sh', 'karpenter.sh', 'kruise.io', 'volcano.sh', 'yunikorn.apache.org'],
  ...['crio.io', 'cri-o.io', 'nri.io', 'nvidia.com'],
];
const domainEnds = forbiddenDomains.map((each) => `.${each}`);
/** Beginnings of annotations that container runtimes and collectors of logs read. */
export const forbiddenBeginnings = [
  ...['io.kubernetes.', 'io.containerd.', 'io.katacontainers.', 'io.cilium.', 'dev.gvisor.', 'run.oci.'],
  ...['org.systemd.', 'co.elastic.'],
];

/** A message for each variable, mount and annotation that is not allowed. */
export function appProblems({ env, mounts, podAnnotations }: Fragment): string[] {
  const names = env.map(({ variable }) => String(variable.name));
  const variables = names.filter((name) => exactNames.has(name) || patterns.some((matches) => matches(name)));
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

/** True for a name that matches. A regular expression would try each place of a name of 100,000 characters. */
function patternOf(pattern: string): (name: string) => boolean {
  const part = pattern.replaceAll('*', '');
  if (!pattern.endsWith('*')) return (name) => name.endsWith(part);
  return pattern.startsWith('*') ? (name) => name.includes(part) : (name) => name.startsWith(part);
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
  const [domain = ''] = key.split('/', 1);
  const family = domain.split('.').at(-2) ?? '';
  const below = `.${domain}`;
  return (
    forbiddenFamilies.some((each) => family.includes(each)) ||
    domainEnds.some((each) => below.endsWith(each)) ||
    forbiddenBeginnings.some((each) => key.startsWith(each)) ||
    wordBeginning.test(key)
  );
}
