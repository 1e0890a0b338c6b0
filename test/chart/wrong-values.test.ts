// Values that the chart refuses before anything is installed, each with a message that names the value and what it may
// be.
import { describe, expect, it } from 'vitest';
import { rendered, type Values } from './helm.ts';

/** The injector makes its certificate itself. */
const own: Values = { 'certificates.existingSecret': '' };

const refused: readonly (readonly [values: Values, message: string])[] = [
  [{ nativ: true }, "additional properties 'nativ' not allowed"],
  [{ 'image.registry': 'example.com' }, "at '/image': additional properties 'registry' not allowed"],
  [{ replicas: 0 }, "at '/replicas': minimum: got 0, want 1"],
  [{ replicas: '2' }, "at '/replicas': got string, want integer"],
  [{ native: 'perhaps' }, "at '/native': value must be one of 'auto', 'true', 'false'"],
  [{ users: 'nobody' }, "at '/users': value must be one of 'template', 'cluster'"],
  [{ logLevel: 'verbose' }, "at '/logLevel': value must be one of 'debug', 'info', 'warn', 'error'"],
  [{ requiredSidecars: ['Git'] }, "at '/requiredSidecars/0': 'Git' does not match pattern"],
  [{ 'webhook.timeoutSeconds': 31 }, "at '/webhook/timeoutSeconds': maximum: got 31, want 30"],
  [{ 'webhook.excludedNamespaces': 'shop' }, "at '/webhook/excludedNamespaces': got string, want array"],
  [{ workloads: [{ group: 'example.com', kind: 'Widget' }] }, "at '/workloads/0': missing property 'template'"],
  [
    { workloads: [{ group: 'apps', kind: 'Widget', template: 'spec.template' }] },
    "at '/workloads/0/group': 'apps' does",
  ],
  [
    { workloads: [{ group: 'a.io', kind: 'W', template: '/spec' }] },
    "at '/workloads/0/template': '/spec' does not match",
  ],
  [{ 'events.enabled': 'yes' }, "at '/events/enabled': got string, want boolean"],
  [{ 'warnings.enabled': 'yes' }, "at '/warnings/enabled': got string, want boolean"],
  [{ debug: true }, "at '/debug': got boolean, want object"],
  [{ 'templateUsers.enabled': 1 }, "at '/templateUsers/enabled': got number, want boolean"],
  [{ 'policies.countEvery': 'often' }, "at '/policies/countEvery': 'often' does not match pattern"],
  [{ 'policies.most': 0 }, "at '/policies/most': minimum: got 0, want 1"],
  [{ 'policies.manage': 'yes' }, "at '/policies/manage': got string, want boolean"],
  [{ 'image.pullPolicy': 'always' }, "at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'"],
  [{ 'image.digest': 'sha256:abc' }, "at '/image/digest': 'sha256:abc' does not match pattern '^(sha256:"],
  [{ 'image.repository': '' }, "at '/image/repository': '' does not match pattern"],
  [{ 'image.repository': 'UPPER/x' }, "at '/image/repository': 'UPPER/x' does not match pattern"],
  [{ 'image.repository': 'example.com/x:1' }, "at '/image/repository': 'example.com/x:1' does not match pattern"],
  [{ 'image.tag': 'a b' }, "at '/image/tag': 'a b' does not match pattern"],
  [
    { 'certificates.existingSecret': 'Bad_Name' },
    "at '/certificates/existingSecret': 'Bad_Name' does not match pattern",
  ],
  [{ 'certificates.clientCaSecret': 'a/b' }, "at '/certificates/clientCaSecret': 'a/b' does not match pattern"],
  [{ 'certificates.caBundle': '!' }, "at '/certificates/caBundle': '!' does not match pattern"],
  [
    { 'certificates.certManager.issuerRef': { kind: 'ClusterIssuer' } },
    "at '/certificates/certManager/issuerRef': properties 'name' required, if 'kind' exists",
  ],
  [{ 'serviceAccount.name': 'Bad_Name' }, "at '/serviceAccount/name': 'Bad_Name' does not match pattern"],
  [{ priorityClassName: 'Bad_Name' }, "at '/priorityClassName': 'Bad_Name' does not match pattern"],
  [{ runtimeClassName: 'Bad_Name' }, "at '/runtimeClassName': 'Bad_Name' does not match pattern"],
  [{ imagePullSecrets: [{ name: 'Bad_Name' }] }, "at '/imagePullSecrets/0/name': 'Bad_Name' does not match pattern"],
  [{ imagePullSecrets: [{ name: '' }] }, "at '/imagePullSecrets/0/name': minLength: got 0, want 1"],
  [{ imagePullSecrets: ['registry'] }, "at '/imagePullSecrets/0': got string, want object"],
  [{ port: 443 }, "at '/port': minimum: got 443, want 1,024"],
  [{ hostNetwork: 'yes' }, "at '/hostNetwork': got string, want boolean"],
  [{ 'resources.limits.memory': '512MB' }, "at '/resources/limits/memory': '512MB' does not match pattern"],
  [{ resources: { memory: '1Gi' } }, "at '/resources': additional properties 'memory' not allowed"],
  [{ 'podDisruptionBudget.minAvailable': '150%' }, "at '/podDisruptionBudget/minAvailable': '150%' does not match"],
  [{ 'service.ipFamilies': ['ipv6'] }, "at '/service/ipFamilies/0': value must be one of 'IPv4', 'IPv6'"],
  [{ tolerations: [{ effect: 'No' }] }, "at '/tolerations/0/effect': value must be one of 'NoSchedule'"],
  [{ podAntiAffinity: 'soft' }, "at '/podAntiAffinity': value must be one of 'preferred', 'required', 'none'"],
  [{ affinity: { podAnti: {} } }, "at '/affinity': additional properties 'podAnti' not allowed"],
  [{ topologySpreadConstraints: [{ maxSkew: 1 }] }, "missing properties 'topologyKey', 'whenUnsatisfiable'"],
  [{ extraArgs: ['drain-delay=1s'] }, "at '/extraArgs/0': 'drain-delay=1s' does not match pattern '^--'"],
  [{ extraEnv: [{ value: 'x' }] }, "at '/extraEnv/0': missing property 'name'"],
  [{ extraEnv: [{ name: 'A=B' }] }, "at '/extraEnv/0/name': 'A=B' does not match pattern"],
  [{ extraEnv: [{ name: 'A', valueFrom: {} }] }, "at '/extraEnv/0/valueFrom': minProperties: got 0, want 1"],
  [
    { extraVolumeMounts: [{ name: 'data', mountPath: '/data' }] },
    'extraVolumeMounts names the volume data: add it to extraVolumes',
  ],
  [
    { extraVolumes: [{ name: 'data' }, { name: 'data' }] },
    'extraVolumes has the volume data, which is there already: rename it',
  ],
  [{ tolerations: [{ effect: 'NoSchedule' }] }, "at '/tolerations/0': missing property 'key'"],
  [
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    "at '/tolerations/0/value': maxLength: got 1, want 0",
  ],
  [
    { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
    "at '/strategy/rollingUpdate': maxProperties: got 1, want 0",
  ],
  [{ 'strategy.rollingUpdate.maxSurge': 'x' }, "at '/strategy/rollingUpdate/maxSurge': 'x' does not match pattern"],
  [{ 'networkPolicy.from': [{ ip: 'x' }] }, "at '/networkPolicy/from/0': additional properties 'ip' not allowed"],
  [
    { 'networkPolicy.from': [{ ipBlock: { cidr: '192.0.2.1' } }] },
    "at '/networkPolicy/from/0/ipBlock/cidr': '192.0.2.1' does not match pattern",
  ],
  [{ 'prometheusRule.rules': [{ expr: 'up' }] }, "at '/prometheusRule/rules/0': missing property 'alert'"],
  [{ 'policies.countEvery': '9999999999h' }, "at '/policies/countEvery': '9999999999h' does not match pattern"],
  [{ extraVolumes: [{ name: 'Bad_Name' }] }, "at '/extraVolumes/0/name': 'Bad_Name' does not match pattern"],
  [{ commonLabels: { tier: 'a b' } }, "at '/commonLabels/tier': 'a b' does not match pattern"],
  [{ podLabels: { 'a b': 'x' } }, "at '/podLabels': additional properties 'a b' not allowed"],
  [{ nodeSelector: { zone: 'x'.repeat(64) } }, "at '/nodeSelector/zone': maxLength: got 64, want 63"],
  [{ podAnnotations: { 'a b': 'x' } }, "at '/podAnnotations': additional properties 'a b' not allowed"],
  [{ replicas: 3e9 }, "at '/replicas': maximum: got 3"],
  [{ 'livenessProbe.successThreshold': 2 }, "at '/livenessProbe/successThreshold': maximum: got 2, want 1"],
  [{ 'service.ipFamilies': ['IPv4', 'IPv4'] }, "at '/service/ipFamilies': items at 0 and 1 are equal"],
  [{ 'service.ipFamilies': ['IPv4', 'IPv6'] }, 'service.ipFamilies has two families: set service.ipFamilyPolicy to'],
  [{ 'serviceMonitor.interval': '30s5m' }, "at '/serviceMonitor/interval': '30s5m' does not match pattern"],
  [{ extraVolumeMounts: [{ name: 'x', mountPath: 'data' }] }, "'data' does not match pattern '^/'"],
  [{ podAnnotations: { scrape: true } }, "at '/podAnnotations/scrape': got boolean, want string"],
  [{ 'readinessProbe.path': '/' }, "at '/readinessProbe': additional properties 'path' not allowed"],
  [{ fullnameOverride: 'Injector_1' }, "at '/fullnameOverride': 'Injector_1' does not match pattern"],
  [
    { commonLabels: { 'app.kubernetes.io/name': 'a' } },
    'commonLabels has app.kubernetes.io/name, which the chart sets',
  ],
  [{ service: { labels: { 'app.kubernetes.io/name': 'a' } } }, 'service.labels has app.kubernetes.io/name, which'],
  [{ podLabels: { 'helm.sh/chart': 'a' } }, 'podLabels has helm.sh/chart, which the chart sets itself: remove it'],
  [{ 'webhook.excludedNamespaces': ['Shop_1'] }, "at '/webhook/excludedNamespaces/0': 'Shop_1' does not match pattern"],
  [{ ...own, 'certificates.life': '5s' }, 'certificates.life is 5s: write 10s or more'],
  [
    { ...own, 'certificates.life': '1h30m', 'certificates.caLife': '4h' },
    'certificates.caLife is 4h: it must be at least three times certificates.life, which is 1h30m',
  ],
  [
    { ...own, 'certificates.source': 'cert-manager', 'certificates.life': '30m' },
    'certificates.life is 30m: cert-manager needs 1h or more',
  ],
  [
    { terminationGracePeriodSeconds: 5 },
    'terminationGracePeriodSeconds is 5: write more than the 5s that a replica serves after SIGTERM',
  ],
  [
    { terminationGracePeriodSeconds: 45, extraArgs: ['--drain-delay=1m'] },
    'terminationGracePeriodSeconds is 45: write more than the 1m that a replica',
  ],
  [
    { 'autoscaling.enabled': true, 'resources.requests': { memory: '128Mi', cpu: null } },
    'autoscaling.enabled needs resources.requests.cpu: the target is a percentage of it',
  ],
  [{ ...own, 'certificates.caLife': '876001h' }, 'certificates.caLife is 876001h: write 876000h or less'],
  [{ 'networkPolicy.enabled': true }, 'networkPolicy.from is empty: list the addresses of the API server'],
  [
    { 'autoscaling.enabled': true, 'autoscaling.minReplicas': 6 },
    'autoscaling.minReplicas is larger than autoscaling.maxReplicas: raise maxReplicas',
  ],
];

describe.concurrent('the chart', () => {
  it.each(refused)('refuses %j', async (values, message) => {
    const error = await rendered(values).then(
      () => 'it was taken',
      ({ stderr }: { stderr: string }) => stderr,
    );
    expect(error).toContain(message);
    expect(error.split('\n').length).toBeLessThan(10);
  });

  it.each([
    ['a.b', 'a.b-sidecar-injector cannot be the name of a Service: set fullnameOverride to a name'],
    ['1st', '1st-sidecar-injector cannot be the name of a Service'],
  ])('refuses the release %s, but not with another name of its objects', async (release, message) => {
    await expect(rendered({}, release)).rejects.toMatchObject({ stderr: expect.stringContaining(message) });
    expect(await rendered({ fullnameOverride: 'injector' }, release)).toContain('kind: Service\n');
  });

  it.each<Values>([
    { 'image.repository': 'localhost:5000/team_a/side--car.x' },
    { 'image.repository': 'Registry.example.com/x', 'image.tag': 'V1.0_x-y' },
    { 'image.tag': `1@sha256:${'a'.repeat(64)}` },
    { terminationGracePeriodSeconds: 6 },
    { terminationGracePeriodSeconds: 2, extraArgs: ['--drain-delay=1s'] },
    { terminationGracePeriodSeconds: 1, extraArgs: ['--drain-delay=500ms'] },
    { 'autoscaling.enabled': true, resources: { requests: null, limits: { cpu: 1 } } },
    { 'service.ipFamilies': ['IPv6', 'IPv4'], 'service.ipFamilyPolicy': 'PreferDualStack' },
    { nodeSelector: { 'kubernetes.io/os': 'linux', 'node-role.kubernetes.io/infra': '' } },
    { nameOverride: 'x'.repeat(63) },
    { tolerations: [{ operator: 'Exists' }, { key: 'a', effect: 'NoExecute', tolerationSeconds: 5 }] },
    { strategy: { type: 'Recreate' } },
    { strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } },
    { 'networkPolicy.from': [{ ipBlock: { cidr: '2001:db8::/64' } }, { podSelector: {}, namespaceSelector: {} }] },
    {
      'prometheusRule.rules': [
        { record: 'a:b', expr: 'up' },
        { alert: 'Down', expr: 'up == 0' },
      ],
    },
    { extraVolumes: [{ name: 'data', emptyDir: {} }], extraVolumeMounts: [{ name: 'data', mountPath: '/data' }] },
  ])('takes %j', async (values) => {
    expect(await rendered(values)).toContain('kind: Deployment');
  });
});
