// What a template of a namespace could do to the app beside it, and what the API server cannot read.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';
import {
  forbiddenBeginnings,
  forbiddenDomains,
  forbiddenFamilies,
  forbiddenFolders,
  forbiddenVariables,
  forbiddenWords,
} from '../../src/template/tenant-app.ts';

const id = '${ instance.id }';
const secured = { name: id, securityContext: { runAsUser: 1000 } };
const parameter = { name: 'p', type: 'string', default: 'x', description: 'x' };

function compiled(spec: object, kind: string) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind,
    metadata: { name: 'demo', namespace: 'shop' },
    spec: {
      summary: 'x',
      failurePolicy: 'Ignore',
      image: 'x',
      parameters: [parameter],
      containers: [secured],
      ...spec,
    },
  });
}

function problems(spec: object, kind = 'SidecarTemplate'): string[] {
  const template = compiled(spec, kind);
  return 'problems' in template ? template.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

const inCluster = (spec: object) => problems(spec, 'ClusterSidecarTemplate');
const mounted = (mount: object) => ({ volumes: [{ name: id, emptyDir: {} }], mounts: [{ name: id, ...mount }] });
const projected = (source: object) => ({ volumes: [{ name: id, projected: { sources: [source] } }] });
const context = (fields: object) => ({ containers: [{ ...secured, securityContext: { runAsUser: 1000, ...fields } }] });

describe('variables of the app', () => {
  it.each([
    ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'NODE_OPTIONS', 'PATH', 'PYTHONSTARTUP', 'PYTHONPATH', 'BASH_ENV'],
    ...['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS', 'RUBYOPT', 'PERL5OPT', 'GLIBC_TUNABLES', 'ENV'],
    ...['npm_config_node_options', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSLKEYLOGFILE', 'PROMPT_COMMAND'],
    ...[
      'DOTNET_STARTUP_HOOKS',
      'ASPNETCORE_HOSTINGSTARTUPASSEMBLIES',
      'CORECLR_PROFILER',
      'GIT_SSH_COMMAND',
      'KUBERNETES_SERVICE_HOST',
      'OPENSSL_CONF',
    ],
    ...['GUNICORN_CMD_ARGS', 'UWSGI_EXEC_ASAP', 'NODE_TLS_REJECT_UNAUTHORIZED', 'KAFKA_OPTS', 'ES_JAVA_OPTS'],
    ...['PREPEND_JAVA_OPTS', 'OTEL_JAVAAGENT_EXTENSIONS', 'GIO_EXTRA_MODULES', 'GTK_MODULES', 'QT_PLUGIN_PATH'],
    ...['CUDA_INJECTION64_PATH', 'VISUAL', 'MANPAGER', 'LESSCLOSE', 'SSH_ASKPASS', 'DJANGO_SETTINGS_MODULE'],
    ...['PIP_INDEX_URL', 'UV_INDEX_URL', 'GOPROXY', 'AWS_CA_BUNDLE', 'VAULT_SKIP_VERIFY', 'PGSSLROOTCERT'],
    ...['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_STS', 'AZURE_AUTHORITY_HOST', 'NVIDIA_VISIBLE_DEVICES'],
    ...forbiddenVariables.map((pattern) => pattern.replaceAll('*', 'X')),
  ])('%s is refused', (name) => {
    const spec = { env: [{ name, value: 'x' }] };
    expect(problems(spec)).toEqual([expect.stringContaining(`the variable ${name} for the app is not allowed`)]);
    expect(inCluster(spec)).toEqual([]);
    expect(problems({ containers: [{ ...secured, ...spec }] })).toEqual([]);
  });

  it('is refused by the name that an expression gives', () => {
    expect(problems({ env: [{ name: '${ "LD_" + "PRELOAD" }', value: 'x' }] })).toEqual([
      expect.stringContaining('LD_PRELOAD'),
    ]);
  });

  it.each([
    ...['HTTPS_PROXY', 'NO_PROXY', 'POD_IP', 'MY_PATH', 'PATHS', 'LDAP_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ...['OTEL_EXPORTER_OTLP_INSECURE', 'HTTP_PROXY', 'DATABASE_URL', 'VAULT_ADDR', 'NODE_NAME', 'APP_CONFIG'],
    ...['FEATURE_FLAGS', 'AWS_REGION', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'GOMEMLIMIT', 'TMPDIR'],
  ])('%s is allowed', (name) => expect(problems({ env: [{ name, value: 'x' }] })).toEqual([]));
});

describe('mounts in the app', () => {
  it.each([
    ...['/', '//', '/etc', '/etc/', '/etc/ssl/certs', '//etc', '/srv/../etc', '/./proc', '/proc/1', '/sys', '/dev/shm'],
    ...['/usr', '/usr/local/bin', '/bin', '/sbin', '/lib', '/lib64/x', '/boot', '/root', '/nix/store', 'etc'],
    ...[
      '/var/run/secrets/kubernetes.io/serviceaccount',
      '/run/secrets',
      '/var/run/secrets/x',
      '/var',
      '/var/run',
      '/run',
    ],
  ])('at %s are refused', (mountPath) => {
    expect(problems(mounted({ mountPath }))).toEqual([
      expect.stringContaining(`a mount at "${mountPath}" in the app is not allowed`),
    ]);
    expect(inCluster(mounted({ mountPath }))).toEqual([]);
  });

  it('at a path that a parameter gives are refused for that pod', () => {
    const template = compiled(mounted({ mountPath: '/${ params.p }' }), 'SidecarTemplate');
    if ('problems' in template) throw new Error(JSON.stringify(template.problems));
    const scope = sampleScope(template, true);
    const render = (p: string) => template.render({ ...scope, params: { ...scope.params, p } });
    expect(render('srv').mounts).toMatchObject([{ mountPath: '/srv' }]);
    expect(() => render('etc/pam.d')).toThrow('a mount at "/etc/pam.d" in the app is not allowed');
  });

  it.each(['/srv', '/etcetera', '/var/www', '/var/run/app', '/run/app', '/home/app', '/library', '/opt/bin'])(
    'at %s are allowed',
    (mountPath) => expect(problems(mounted({ mountPath }))).toEqual([]),
  );

  it.each(['Bidirectional', 'HostToContainer'])('with the propagation %s are refused', (mountPropagation) => {
    const refused = [expect.stringContaining('mountPropagation is not allowed')];
    const mount = { mountPath: '/srv', mountPropagation };
    expect(problems(mounted(mount))).toEqual(refused);
    const own = {
      volumes: [{ name: id, emptyDir: {} }],
      containers: [{ ...secured, volumeMounts: [{ name: id, ...mount }] }],
    };
    expect(problems(own)).toEqual(refused);
    expect(problems(mounted({ mountPath: '/srv', mountPropagation: 'None' }))).toEqual([]);
  });
});

describe('annotations', () => {
  it.each([
    ...['k8s.v1.cni.cncf.io/networks', 'v1.multus-cni.io/default-network', 'cni.projectcalico.org/ipAddrs'],
    ...['io.kubernetes.cri-o.Devices', 'io.kubernetes.cri-o.userns-mode', 'io.katacontainers.config.hypervisor.path'],
    ...['sidecar.istio.io/inject', 'traffic.sidecar.istio.io/excludeOutboundPorts', 'linkerd.io/inject'],
    ...['kubernetes.io/config.mirror', 'cluster-autoscaler.kubernetes.io/safe-to-evict', 'cdi.k8s.io/gpu'],
    ...['cpu-quota.crio.io', 'seccomp-profile.kubernetes.cri-o.io/POD', 'org.systemd.property.CPUQuota'],
    ...['oneagent.dynatrace.com/inject', 'admission.datadoghq.com/enabled'],
    ...['container.apparmor.security.beta.kubernetes.io/app', 'vault.hashicorp.com/agent-inject'],
    ...['pre.hook.backup.velero.io/command', 'backup.velero.io/backup-volumes', 'k8up.io/backupcommand'],
    ...['operator.1password.io/inject', 'telepresence.getambassador.io/inject-traffic-agent'],
    ...['openservicemesh.io/sidecar-injection', 'appmesh.k8s.aws/sidecarInjectorWebhook', 'ipam.antrea.io/ippools'],
    ...['kueue.x-k8s.io/queue-name', 'egress.tigera.io/x', 'ipam.spidernet.io/ippool', 'networkservicemesh.io'],
    ...['hooks.kubevirt.io/hookSidecars', 'kube-router.io/pod.cidr', 'co.elastic.logs/enabled', 'fluentbit.io/exclude'],
    ...['unknown.example/inject', 'unknown.example/autoInject', 'pre-hook.example/x', 'unknown.example/command'],
    ...forbiddenDomains.map((domain) => `below.${domain}/x`),
    ...forbiddenFamilies.map((family) => `x.a-${family}-b.io/x`),
    ...forbiddenBeginnings.map((beginning) => `${beginning}x`),
    ...forbiddenWords.map((word) => `example.com/${word}`),
  ])('%s is refused', (key) => {
    const spec = { annotations: { [key]: 'x' } };
    expect(problems(spec)).toEqual([expect.stringContaining(`the annotation ${key} is not allowed`)]);
    expect(inCluster(spec)).toEqual([]);
  });

  it.each([
    ...['prometheus.io/scrape', 'example.com/team', 'team', 'notistio.io/x', 'my.io.kubernetes/x'],
    ...['example.com/webhook', 'example.com/picnic', 'k8s.example.com/team'],
  ])('%s is allowed', (key) => expect(problems({ annotations: { [key]: 'x' } })).toEqual([]));
});

describe('containers', () => {
  const rule = (action: string) => ({
    restartPolicyRules: [{ action, exitCodes: { operator: 'In', values: [1] } }],
  });

  it.each<[object, string]>([
    [{ resources: { claims: [{ name: 'gpu' }] } }, 'resources.claims is not allowed'],
    [rule('RestartAllContainers'), 'restartPolicyRules with an action other than Restart is not allowed'],
  ])('that take devices or restart others are refused: %j', (fields, message) => {
    const spec = { containers: [{ ...secured, ...fields }] };
    expect(problems(spec)).toEqual([expect.stringContaining(message)]);
    expect(inCluster(spec)).toEqual([]);
  });

  it('that restart themselves are allowed', () => {
    expect(problems({ containers: [{ ...secured, ...rule('Restart') }] })).toEqual([]);
  });
});

describe('volumes', () => {
  it.each([
    [{ podCertificate: { signerName: 'a/b', keyType: 'ED25519' } }, 'a projected podCertificate'],
    [{ clusterTrustBundle: { name: 'a', path: 'b' } }, 'a projected clusterTrustBundle'],
    [{ serviceAccountToken: { path: 'a' } }, 'the token of a service account'],
  ])('with the source %j are refused', (source, says) => {
    expect(problems(projected(source))).toEqual([expect.stringContaining(`${says} is not allowed`)]);
    expect(inCluster(projected(source))).toEqual([]);
  });

  it.each([{ secret: { name: 'a' } }, { configMap: { name: 'a' } }, { downwardAPI: { items: [] } }])(
    'with the source %j are allowed',
    (source) => expect(problems(projected(source))).toEqual([]),
  );

  it('of an image are allowed, as in Pod Security restricted', () => {
    expect(problems({ volumes: [{ name: id, image: { reference: 'example.com/a:1' } }] })).toEqual([]);
  });
});

describe('types of fields, after rendering', () => {
  it.each<[object, string]>([
    [
      context({ privileged: '${ "true" }' }),
      'spec.containers[0].securityContext.privileged: fails with sample values (native form): must be true or false',
    ],
    [
      context({ runAsUser: '${ string(1000) }' }),
      'spec.containers[0].securityContext.runAsUser: fails with sample values (native form): must be a number from 0',
    ],
    [
      { volumes: [{ name: id, emptyDir: '${ params.p }' }] },
      'spec.volumes[0].emptyDir: fails with sample values (native form): must be an emptyDir (a map)',
    ],
    [
      mounted({ mountPath: '/a', readOnly: '${ "yes" }' }),
      'spec.mounts[0].readOnly: fails with sample values (native form): must be true or false',
    ],
    [
      { env: [{ name: 'A', valueFrom: '${ {"secretRef": {"name": "a"}} }' }] },
      'spec.env[0].valueFrom.secretRef: fails with sample values (native form): unknown field',
    ],
  ])('%j', (spec, message) => {
    for (const found of [problems(spec), inCluster(spec)]) expect(found).toEqual([expect.stringContaining(message)]);
  });

  it('null stands for a field that is not set', () => {
    expect(problems(context({ runAsGroup: '${ params.p == "x" ? dyn(null) : dyn(1) }' }))).toEqual([]);
  });
});

describe('security contexts that every pod would fail with', () => {
  it.each<[object, string, object]>([
    [{ privileged: true }, 'privileged: true: add allowPrivilegeEscalation: true', { allowPrivilegeEscalation: true }],
    [{ privileged: '${ 1 == 1 }' }, 'allowPrivilegeEscalation: true', { allowPrivilegeEscalation: true }],
    [
      { capabilities: { add: ['CAP_SYS_ADMIN'] } },
      'CAP_SYS_ADMIN: add allowPrivilegeEscalation: true',
      { allowPrivilegeEscalation: true },
    ],
    [{ runAsUser: 0 }, 'runAsUser: 0: add runAsNonRoot: false', { runAsNonRoot: false }],
  ])('%j is refused for a cluster too', (fields, message, fix) => {
    expect(inCluster(context(fields))).toEqual([expect.stringContaining(message)]);
    expect(inCluster(context({ ...fields, ...fix }))).toEqual([]);
    expect(problems(context({ ...fields, ...fix }))).toEqual([expect.stringContaining('in a template of a namespace')]);
  });

  it('in an init container are refused too', () => {
    const init = { name: `${id}-init`, securityContext: { runAsUser: 1000, privileged: true } };
    expect(inCluster({ initContainers: [init] })).toEqual([
      expect.stringContaining('sidecar-demo-init has privileged'),
    ]);
  });
});

it('docs/templates.md lists what is refused', () => {
  const page = readFileSync(new URL('../../docs/templates.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split(/^## What tenants cannot do to an app$/m);
  const rows =
    section
      .split(/^## /m)[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| ')) ?? [];
  const named = rows
    .slice(1)
    .map((row) => [...(row.split(' | ')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]));
  const domains = [forbiddenDomains, forbiddenFamilies, forbiddenBeginnings, forbiddenWords];
  const lists = [forbiddenVariables, forbiddenFolders, ...domains];
  expect(named.slice(0, 6)).toEqual(lists.map((list) => [...list]));
});
