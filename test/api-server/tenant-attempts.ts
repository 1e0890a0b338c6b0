// What a tenant could try with a template of a namespace, and a word of the refusal. Each is refused when it is
// written.
import { template } from './cluster-templates.ts';

interface Attempt {
  readonly what: string;
  readonly attempt: object;
  readonly says: string;
}

const own = '${ instance.id }';
const plain = { runAsUser: 1000 };
const a = (what: string, spec: object, says: string): Attempt => ({
  what,
  attempt: template(
    'attempt',
    { parameters: [], containers: [{ name: own, securityContext: plain }], ...spec },
    'default',
  ),
  says,
});
const inContainer = (what: string, fields: object, says: string) =>
  a(what, { containers: [{ name: own, securityContext: plain, ...fields }] }, says);
const secured = (what: string, fields: object, says = what) =>
  inContainer(what, { securityContext: { ...plain, ...fields } }, says);
const inInit = (what: string, fields: object, says: string) =>
  a(what, { initContainers: [{ name: `${own}-init`, securityContext: plain, ...fields }] }, says);
const volume = (what: string, fields: object, says = 'not allowed') =>
  a(what, { volumes: [{ name: own, ...fields }] }, says);
const expression = (what: string, text: string, says: string) =>
  a(
    what,
    {
      parameters: [
        { name: 'text', type: 'string', default: 'a', description: 'x' },
        { name: 'list', type: 'list', default: 'a', description: 'x' },
      ],
      containers: [{ name: own, securityContext: plain, args: [`\${ ${text} }`] }],
    },
    says,
  );
const pod = (field: string, value: unknown) => a(field, { pod: { [field]: value } }, field);

export const tenantAttempts: readonly Attempt[] = [
  secured('windowsOptions', { windowsOptions: { hostProcess: true } }),
  secured('seLinuxOptions', { seLinuxOptions: { level: 's0:c123,c456' } }),
  secured('appArmorProfile', { appArmorProfile: { type: 'Unconfined' } }),
  secured('procMount', { procMount: 'Unmasked' }),
  secured('privileges by an expression', { privileged: '${ 1 == 1 }' }, 'privileged'),
  secured('root by an expression', { runAsUser: '${ 5 - 5 }' }, 'root'),
  secured('no seccomp by an expression', { seccompProfile: { type: '${ "Un" + "confined" }' } }, 'seccomp'),
  secured('capabilities beside ALL', { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }, 'capabilities'),
  secured('privileges with a condition', { $if: '${ 1 == 2 }' }, 'securityContext'),
  inInit('privileges in an init container', { securityContext: { ...plain, privileged: true } }, 'privileged'),
  inInit('root in an init container', { securityContext: { runAsUser: 0 } }, 'root'),
  inInit('a container that never ends before the app', { restartPolicy: 'Always' }, 'restartPolicy'),
  inContainer('a port of the host', { ports: [{ containerPort: 80, hostPort: 80 }] }, 'hostPort'),
  inContainer('an address of the host', { ports: [{ containerPort: 80, hostIP: '0.0.0.0' }] }, 'hostPort'),
  inContainer(
    'a probe of another host',
    { startupProbe: { tcpSocket: { host: '10.0.0.1', port: 80 } } },
    'a probe or hook with a host',
  ),
  inContainer(
    'a hook to another host',
    { lifecycle: { preStop: { httpGet: { host: 'metadata', port: 80 } } } },
    'host',
  ),
  inContainer('a device', { volumeDevices: [{ name: own, devicePath: '/dev/sda' }] }, 'volumeDevices'),
  inContainer('the token of the pod', { volumeMounts: [{ name: 'kube-api-access-x', mountPath: '/t' }] }, 'volume'),
  inContainer(
    'a file of a volume of the app',
    { env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'app', path: 'a', key: 'b' } } }] },
    'volume',
  ),
  volume('hostPath', { hostPath: { path: '/' } }),
  volume('iscsi', { iscsi: { targetPortal: 'a', iqn: 'b', lun: 0 } }),
  volume('flexVolume', { flexVolume: { driver: 'a/b' } }),
  volume('gitRepo', { gitRepo: { repository: 'a' } }),
  volume('a token among other sources', {
    projected: { sources: [{ secret: { name: 'a' } }, { serviceAccountToken: { path: 'a', audience: 'vault' } }] },
  }),
  volume('a token by an expression', {
    projected: { sources: '${ ["a"].map(p, {"serviceAccountToken": {"path": p}}) }' },
  }),
  volume('a certificate of the pod', {
    projected: { sources: [{ podCertificate: { signerName: 'a/b', keyType: 'ED25519' } }] },
  }),
  a('a library in the app', { env: [{ name: 'LD_PRELOAD', value: '/x.so' }] }, 'LD_PRELOAD'),
  a(
    'a mount over the token',
    {
      volumes: [{ name: own, emptyDir: {} }],
      mounts: [{ name: own, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    },
    'serviceaccount',
  ),
  a('another network', { annotations: { 'k8s.v1.cni.cncf.io/networks': 'host' } }, 'k8s.v1.cni.cncf.io/networks'),
  a('a command in the app', { annotations: { 'pre.hook.backup.velero.io/command': '["id"]' } }, 'velero'),
  a('options of a JVM', { env: [{ name: 'KAFKA_OPTS', value: '-javaagent:/x.jar' }] }, 'KAFKA_OPTS'),
  a('the token for another server', { env: [{ name: 'AWS_ENDPOINT_URL_STS', value: 'http://x' }] }, 'AWS_ENDPOINT'),
  inContainer('a device of the app', { resources: { claims: [{ name: 'gpu' }] } }, 'resources.claims'),
  inContainer(
    'a restart of the app',
    { restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }] },
    'restartPolicyRules',
  ),
  inContainer('thousands of ports', { ports: Array(2000).fill({ containerPort: 80 }) }, '1024 values'),
  secured('privileges as text', { privileged: '${ "true" }' }, 'privileged'),
  pod('shareProcessNamespace', true),
  pod('hostUsers', false),
  pod('hostNetwork', true),
  pod('hostPID', true),
  pod('serviceAccountName', 'default'),
  pod('securityContext', { sysctls: [{ name: 'kernel.msgmax', value: '1' }] }),
  a(
    'a profile by annotation',
    { annotations: { 'container.apparmor.security.beta.kubernetes.io/app': 'unconfined' } },
    'apparmor',
  ),
  a('the status of the injector', { annotations: { 'sidecar.io/status': '{}' } }, 'sidecar.io/'),
  a('the files of another', { annotations: { 'files.sidecar.io/sidecar-git.hook.sh': 'x' } }, 'sidecar.io/'),
  { what: 'the name of a built-in', attempt: template('git', {}, 'default'), says: 'git' },
  { what: 'a word of a built-in', attempt: template('git-repo', {}, 'default'), says: 'git-repo' },
  expression('loops in loops', 'params.list.map(a, params.list.map(b, b))[0]', 'cannot contain another loop'),
  expression(
    'loops in conditions of loops',
    'params.list.filter(a, params.list.exists(b, b == a)).size()',
    'cannot contain another loop',
  ),
  expression('a text that doubles', `[params.text]${'.map(a, a + a)'.repeat(11)}[0]`, '1048576'),
  expression('a text for each character', 'params.text.split("").map(c, params.text).join("")', '1048576'),
  expression('a regular expression', 'params.text.matches("(a+)+$")', 'matches()'),
  expression('a time in another zone', 'timestamp(0).getHours("Asia/Tokyo")', 'getHours() is not'),
  expression('hundreds of terms', Array(300).fill('params.text').join(' + '), 'args[0]'),
  expression('a deep nest of brackets', `${'('.repeat(100)}params.text${')'.repeat(100)}`, 'args[0]'),
  a(
    'a pattern that takes seconds',
    { parameters: [{ name: 'text', type: 'string', pattern: '(.{0,1000})'.repeat(40), description: 'x' }] },
    'spec.parameters[0].pattern',
  ),
  volume('a tree without end', { csi: JSON.parse(`${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`) }, 'levels deep'),
];
