// Each value of the chart does something: what it makes Helm render that it does not render otherwise.
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { chartValues } from '../../tools/generate/chart-values.ts';
import { chartFile, rendered, type Values } from './helm.ts';

/** Values with the one in question, and a text that they add or remove. */
type Effect = readonly [values: Values, does: 'adds' | 'removes', text: string];

/** Without the Secret that the other renders name. */
const own: Values = { 'certificates.existingSecret': '' };

const monitored = (values: Values): Values => ({ serviceMonitor: { enabled: true, ...values } });

const effects: Readonly<Record<string, Effect>> = {
  replicas: [{ replicas: 3 }, 'adds', 'replicas: 3'],
  'autoscaling.enabled': [{ 'autoscaling.enabled': true }, 'removes', '  replicas: 2'],
  'autoscaling.minReplicas': [{ 'autoscaling.enabled': true, 'autoscaling.minReplicas': 3 }, 'adds', 'minReplicas: 3'],
  'autoscaling.maxReplicas': [{ 'autoscaling.enabled': true, 'autoscaling.maxReplicas': 9 }, 'adds', 'maxReplicas: 9'],
  'autoscaling.targetCPUUtilizationPercentage': [
    { 'autoscaling.enabled': true, 'autoscaling.targetCPUUtilizationPercentage': 61 },
    'adds',
    'averageUtilization: 61',
  ],
  'autoscaling.behavior': [
    { 'autoscaling.enabled': true, 'autoscaling.behavior': { scaleDown: { selectPolicy: 'Disabled' } } },
    'adds',
    'selectPolicy: Disabled',
  ],
  'podDisruptionBudget.enabled': [{ 'podDisruptionBudget.enabled': false }, 'removes', 'kind: PodDisruptionBudget'],
  'podDisruptionBudget.maxUnavailable': [
    { 'podDisruptionBudget.maxUnavailable': '40%' },
    'adds',
    'maxUnavailable: 40%',
  ],
  'podDisruptionBudget.minAvailable': [{ 'podDisruptionBudget.minAvailable': 1 }, 'adds', 'minAvailable: 1'],
  strategy: [{ strategy: { type: 'Recreate' } }, 'adds', 'type: Recreate'],
  revisionHistoryLimit: [{ revisionHistoryLimit: 3 }, 'adds', 'revisionHistoryLimit: 3'],
  'image.repository': [{ 'image.repository': 'example.com/i' }, 'adds', 'image: example.com/i:'],
  'image.tag': [{ 'image.tag': 'v9' }, 'adds', 'value: ghcr.io/sidecar-injector/sidecar-injector:v9'],
  'image.digest': [{ 'image.digest': `sha256:${'0'.repeat(64)}` }, 'adds', '/sidecar-injector@sha256:0'],
  'image.pullPolicy': [{ 'image.pullPolicy': 'Always' }, 'adds', 'imagePullPolicy: Always'],
  imagePullSecrets: [
    { imagePullSecrets: [{ name: 'registry' }] },
    'adds',
    'imagePullSecrets:\n        - name: registry',
  ],
  native: [{ native: 'false' }, 'adds', '--native=false'],
  users: [{ users: 'cluster' }, 'adds', '--users=cluster'],
  'webhook.register': [{ 'webhook.register': false }, 'adds', 'kind: MutatingWebhookConfiguration'],
  'webhook.refuseDeletion': [{ 'webhook.refuseDeletion': true }, 'adds', 'operations: [DELETE]'],
  requiredSidecars: [
    { 'webhook.register': false, requiredSidecars: ['greeter'] },
    'adds',
    "key.startsWith('sidecar.io/greeter-')",
  ],
  workloads: [
    { workloads: [{ group: 'example.com', kind: 'Widget', template: 'spec.template' }] },
    'adds',
    '--workloads=Widget.example.com/widgets=spec.template',
  ],
  'webhook.timeoutSeconds': [{ 'webhook.timeoutSeconds': 7 }, 'adds', '--webhook-timeout=7s'],
  'webhook.namespaceFailurePolicy': [
    { 'webhook.namespaceFailurePolicy': 'Ignore' },
    'adds',
    '--namespace-failure-policy=Ignore',
  ],
  'webhook.excludedNamespaces': [
    { 'webhook.excludedNamespaces': ['build-farm'] },
    'adds',
    '--excluded-namespaces=build-farm',
  ],
  'events.enabled': [{ 'events.enabled': false }, 'removes', 'resources: [replicasets]'],
  'warnings.enabled': [{ 'warnings.enabled': false }, 'removes', 'validationActions: [Warn]'],
  'debug.enabled': [{ 'debug.enabled': true }, 'adds', '--debug=true'],
  'templateUsers.enabled': [{ 'templateUsers.enabled': true }, 'adds', 'resources: [pods]\n    verbs: [list]'],
  'policies.manage': [{ 'policies.manage': false }, 'removes', 'resources: [podtemplates]'],
  'policies.inject': [{ 'policies.inject': true }, 'adds', 'MutatingAdmissionPolicy'],
  'policies.most': [{ 'policies.most': 101 }, 'adds', '- sidecars-sidecar-injector-policies-namespaces-100\n'],
  'policies.countEvery': [{ 'policies.countEvery': '5m' }, 'adds', 'resources: [pods]\n    verbs: [list]'],
  'crds.install': [{ 'crds.install': false }, 'removes', 'kind: CustomResourceDefinition'],
  'certificates.existingSecret': [{ 'certificates.existingSecret': 'mine' }, 'adds', 'secretName: mine'],
  'certificates.caBundle': [{ 'webhook.register': false, 'certificates.caBundle': 'REVG' }, 'adds', 'REVG'],
  'certificates.clientCaSecret': [
    { 'certificates.clientCaSecret': 'callers' },
    'adds',
    '--client-ca=/client-ca/ca.crt',
  ],
  'certificates.source': [{ ...own, 'certificates.source': 'cert-manager' }, 'adds', 'kind: Certificate'],
  'certificates.life': [{ ...own, 'certificates.life': '720h' }, 'adds', '--certs-life=720h'],
  'certificates.caLife': [{ ...own, 'certificates.caLife': '9000h' }, 'adds', '--certs-ca-life=9000h'],
  'certificates.certManager.issuerRef': [
    { ...own, 'certificates.source': 'cert-manager', 'certificates.certManager.issuerRef': { name: 'company' } },
    'adds',
    'name: company',
  ],
  'serviceAccount.create': [
    { 'serviceAccount.create': false },
    'removes',
    'kind: ServiceAccount\nmetadata:\n  name: sidecars-sidecar-injector\n',
  ],
  'serviceAccount.name': [{ 'serviceAccount.name': 'robot' }, 'adds', 'serviceAccountName: robot'],
  'serviceAccount.annotations': [{ 'serviceAccount.annotations': { role: 'arn' } }, 'adds', 'role: arn'],
  'rbac.create': [{ 'rbac.create': false }, 'removes', 'kind: ClusterRoleBinding'],
  'rbac.aggregate': [{ 'rbac.aggregate': false }, 'removes', 'aggregate-to-edit'],
  'networkPolicy.enabled': [
    { 'networkPolicy.enabled': true, 'networkPolicy.from': [{ ipBlock: { cidr: '192.0.2.1/32' } }] },
    'adds',
    'kind: NetworkPolicy',
  ],
  'networkPolicy.from': [
    { 'networkPolicy.enabled': true, 'networkPolicy.from': [{ ipBlock: { cidr: '192.0.2.1/32' } }] },
    'adds',
    'cidr: 192.0.2.1/32',
  ],
  port: [{ port: 10250 }, 'adds', '--port=10250'],
  hostNetwork: [{ hostNetwork: true }, 'adds', 'dnsPolicy: ClusterFirstWithHostNet'],
  'service.annotations': [{ 'service.annotations': { owner: 'us' } }, 'adds', 'owner: us'],
  'service.labels': [{ 'service.labels': { tier: 'back' } }, 'adds', 'tier: back'],
  'service.ipFamilyPolicy': [
    { 'service.ipFamilyPolicy': 'PreferDualStack' },
    'adds',
    'ipFamilyPolicy: PreferDualStack',
  ],
  'service.ipFamilies': [{ 'service.ipFamilies': ['IPv6'] }, 'adds', 'ipFamilies:\n    - IPv6'],
  'serviceMonitor.enabled': [{ 'serviceMonitor.enabled': true }, 'adds', 'kind: ServiceMonitor'],
  'serviceMonitor.interval': [monitored({ interval: '20s' }), 'adds', 'interval: 20s'],
  'serviceMonitor.labels': [monitored({ labels: { prometheus: 'main' } }), 'adds', 'prometheus: main'],
  'serviceMonitor.tlsConfig': [
    monitored({ tlsConfig: { insecureSkipVerify: true } }),
    'adds',
    'insecureSkipVerify: true',
  ],
  'serviceMonitor.relabelings': [monitored({ relabelings: [{ action: 'keep' }] }), 'adds', 'action: keep'],
  'serviceMonitor.metricRelabelings': [monitored({ metricRelabelings: [{ action: 'drop' }] }), 'adds', 'action: drop'],
  'prometheusRule.enabled': [{ 'prometheusRule.enabled': true }, 'adds', 'alert: SidecarInjectorAbsent'],
  'prometheusRule.labels': [
    { 'prometheusRule.enabled': true, 'prometheusRule.labels': { role: 'alerts' } },
    'adds',
    'role: alerts',
  ],
  'prometheusRule.rules': [
    { 'prometheusRule.enabled': true, 'prometheusRule.rules': [{ record: 'x', expr: 'up' }] },
    'adds',
    'record: x',
  ],
  'dashboard.enabled': [{ 'dashboard.enabled': true }, 'adds', '"title": "Sidecar injector"'],
  'dashboard.labels': [{ 'dashboard.enabled': true, 'dashboard.labels': { grafana: 'main' } }, 'adds', 'grafana: main'],
  'dashboard.annotations': [
    { 'dashboard.enabled': true, 'dashboard.annotations': { folder: 'Platform' } },
    'adds',
    'folder: Platform',
  ],
  resources: [{ 'resources.limits.memory': '1Gi' }, 'adds', 'memory: 1Gi'],
  podSecurityContext: [{ 'podSecurityContext.fsGroup': 7 }, 'adds', 'fsGroup: 7'],
  securityContext: [{ 'securityContext.runAsUser': 1001 }, 'adds', 'runAsUser: 1001'],
  readinessProbe: [{ 'readinessProbe.failureThreshold': 9 }, 'adds', 'failureThreshold: 9'],
  livenessProbe: [{ 'livenessProbe.periodSeconds': 33 }, 'adds', 'periodSeconds: 33'],
  terminationGracePeriodSeconds: [{ terminationGracePeriodSeconds: 45 }, 'adds', 'terminationGracePeriodSeconds: 45'],
  commonLabels: [{ commonLabels: { team: 'platform' } }, 'adds', 'team: platform'],
  deploymentAnnotations: [{ deploymentAnnotations: { reload: 'no' } }, 'adds', 'reload: "no"'],
  podAnnotations: [{ podAnnotations: { scrape: 'true' } }, 'adds', 'scrape: "true"'],
  podLabels: [{ podLabels: { tier: 'pods' } }, 'adds', 'tier: pods'],
  logLevel: [{ logLevel: 'debug' }, 'adds', '--log-level=debug'],
  extraArgs: [{ extraArgs: ['--drain-delay=9s'] }, 'adds', '- --drain-delay=9s'],
  extraEnv: [{ extraEnv: [{ name: 'NODE_OPTIONS', value: '--x' }] }, 'adds', 'name: NODE_OPTIONS'],
  extraVolumes: [{ extraVolumes: [{ name: 'more', emptyDir: {} }] }, 'adds', 'emptyDir: {}'],
  extraVolumeMounts: [
    { extraVolumes: [{ name: 'more' }], extraVolumeMounts: [{ name: 'more', mountPath: '/more' }] },
    'adds',
    'mountPath: /more',
  ],
  priorityClassName: [{ priorityClassName: 'high' }, 'adds', 'priorityClassName: high'],
  runtimeClassName: [{ runtimeClassName: 'gvisor' }, 'adds', 'runtimeClassName: gvisor'],
  nodeSelector: [{ nodeSelector: { pool: 'system' } }, 'adds', 'pool: system'],
  tolerations: [{ tolerations: [{ key: 'gpu', operator: 'Exists' }] }, 'adds', 'key: gpu'],
  podAntiAffinity: [{ podAntiAffinity: 'required' }, 'adds', 'requiredDuringSchedulingIgnoredDuringExecution'],
  affinity: [{ affinity: { nodeAffinity: { wanted: true } } }, 'adds', 'wanted: true'],
  topologySpreadConstraints: [{ topologySpreadConstraints: [] }, 'removes', 'topologySpreadConstraints'],
  nameOverride: [{ nameOverride: 'helper' }, 'adds', 'name: sidecars-helper'],
  fullnameOverride: [{ fullnameOverride: 'helper' }, 'adds', 'name: helper'],
  'test.namespace': [{ 'test.namespace': 'sandbox' }, 'adds', 'namespace: sandbox'],
  extraObjects: [
    { extraObjects: ['kind: ConfigMap\nmetadata: { name: "of-{{ .Release.Name }}" }'] },
    'adds',
    'metadata: { name: "of-sidecars" }',
  ],
};

let plain = '';
beforeAll(async () => {
  plain = await rendered({});
});

it('is rendered the same twice', async () => expect((await rendered({})) === plain).toBe(true));

it('the labels of one object override those of all', async () => {
  const label = (value: string) => ({ labels: { team: value } });
  const changed = await rendered({
    commonLabels: { team: 'all' },
    podLabels: { team: 'pods' },
    service: label('service'),
    serviceMonitor: { enabled: true, ...label('monitor') },
    prometheusRule: { enabled: true, ...label('rule') },
    dashboard: { enabled: true, ...label('dashboard') },
  });
  const labelled = parseAllDocuments(changed).map((document) => {
    expect(document.errors).toEqual([]);
    const { kind, metadata, spec } = document.toJS() ?? {};
    return [kind, metadata?.labels?.team, spec?.template?.metadata?.labels?.team];
  });
  expect(labelled).toContainEqual(['Deployment', 'all', 'pods']);
  expect(labelled).toContainEqual(['Service', 'service', undefined]);
  expect(labelled).toContainEqual(['ServiceMonitor', 'monitor', undefined]);
  expect(labelled).toContainEqual(['PrometheusRule', 'rule', undefined]);
  expect(labelled).toContainEqual(['ConfigMap', 'dashboard', undefined]);
});

describe('a value of the chart', () => {
  it('is listed here', () => {
    const values = chartValues(chartFile('values.yaml')).map(({ path }) => path);
    expect(Object.keys(effects).sort()).toEqual(values.sort());
  });

  it.concurrent.each(Object.entries(effects))('%s has an effect', async (_, [values, does, text]) => {
    const changed = await rendered(values);
    const present = [plain.includes(text), changed.includes(text)];
    expect(present).toEqual(does === 'adds' ? [false, true] : [true, false]);
  });
});
