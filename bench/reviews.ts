import type { Json } from '../src/core/json.ts';

/** How a review is made: so many containers with so many environment variables each. */
export interface ReviewSize {
  readonly label: string;
  readonly containers: number;
  readonly env: number;
}

export const reviewSizes: readonly ReviewSize[] = [
  { label: 'small', containers: 1, env: 7 },
  { label: 'medium', containers: 3, env: 30 },
  { label: '2,000 env vars', containers: 1, env: 2000 },
];

/** The digits of the repository's name: other digits make annotations that were never seen before, of the same length. */
export const freshMark = 'site-000000';

/** An AdmissionReview as the API server sends it for a pod of a Deployment, managedFields included, asking for git. */
export function reviewOf({ containers, env }: ReviewSize): string {
  const names = Array.from({ length: containers }, (_, i) => (i === 0 ? 'web' : `side-${i}`));
  const pod: Json = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: 'web-6d4b75cb6d-',
      creationTimestamp: null,
      labels: {
        app: 'web',
        'app.kubernetes.io/name': 'web',
        'app.kubernetes.io/part-of': 'shop',
        'pod-template-hash': '6d4b75cb6d',
      },
      annotations: {
        'sidecar.io/git-repo': 'https://git.example.com/shop/site-000000.git',
        'sidecar.io/git-path': '/usr/share/nginx/html',
        'prometheus.io/scrape': 'true',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web-6d4b75cb6d',
          uid: '9c2a2b5e-5f0a-4a41-8c1b-0f8f1d2b9a11',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      managedFields: [managedFields(names, env)],
    },
    spec: {
      volumes: [
        {
          name: 'kube-api-access-x7z2p',
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
              { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
              {
                downwardAPI: {
                  items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: names.map((name, i) => container(name, 8080 + i, env)),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: 'default',
      serviceAccount: 'default',
      securityContext: {},
      schedulerName: 'default-scheduler',
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {},
  };
  const resource = { group: '', version: 'v1', resource: 'pods' };
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const request = {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind,
    resource,
    requestKind: kind,
    requestResource: resource,
    namespace: 'shop',
    operation: 'CREATE',
    userInfo: {
      username: 'system:serviceaccount:kube-system:replicaset-controller',
      uid: '0d9d5a1e-44e4-4f0e-9f6b-2a7a3a4b5c6d',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
    },
    object: pod,
    oldObject: null,
    dryRun: false,
    options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
  };
  return JSON.stringify({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request });
}

function container(name: string, port: number, env: number): Json {
  return {
    name,
    image: 'registry.example.com/shop/web:1.27.3',
    ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }],
    env: Array.from({ length: env }, (_, i) => ({ name: `SETTING_${i}`, value: `value of ${i}` })),
    resources: { limits: { memory: '128Mi' }, requests: { cpu: '100m', memory: '64Mi' } },
    volumeMounts: [
      { name: 'kube-api-access-x7z2p', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ],
    readinessProbe: {
      httpGet: { path: '/healthz', port, scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  };
}

/** What server-side field tracking adds: a third of a small review, more than half of a large one. */
function managedFields(names: readonly string[], env: number): Json {
  const fields = names.map((name) => [
    `k:{"name":"${name}"}`,
    {
      '.': {},
      'f:env': Object.fromEntries([
        ['.', {}],
        ...Array.from({ length: env }, (_, i) => [
          `k:{"name":"SETTING_${i}"}`,
          { '.': {}, 'f:name': {}, 'f:value': {} },
        ]),
      ]),
      'f:image': {},
      'f:imagePullPolicy': {},
      'f:name': {},
      'f:ports': {
        '.': {},
        'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:name': {}, 'f:protocol': {} },
      },
      'f:readinessProbe': {
        '.': {},
        'f:failureThreshold': {},
        'f:httpGet': { '.': {}, 'f:path': {}, 'f:port': {}, 'f:scheme': {} },
        'f:periodSeconds': {},
        'f:successThreshold': {},
        'f:timeoutSeconds': {},
      },
      'f:resources': {
        '.': {},
        'f:limits': { '.': {}, 'f:memory': {} },
        'f:requests': { '.': {}, 'f:cpu': {}, 'f:memory': {} },
      },
      'f:terminationMessagePath': {},
      'f:terminationMessagePolicy': {},
    },
  ]);
  return {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': {
        'f:annotations': {
          '.': {},
          'f:prometheus.io/scrape': {},
          'f:sidecar.io/git-path': {},
          'f:sidecar.io/git-repo': {},
        },
        'f:generateName': {},
        'f:labels': {
          '.': {},
          'f:app': {},
          'f:app.kubernetes.io/name': {},
          'f:app.kubernetes.io/part-of': {},
          'f:pod-template-hash': {},
        },
        'f:ownerReferences': { '.': {}, 'k:{"uid":"9c2a2b5e-5f0a-4a41-8c1b-0f8f1d2b9a11"}': {} },
      },
      'f:spec': {
        'f:containers': Object.fromEntries(fields),
        'f:dnsPolicy': {},
        'f:enableServiceLinks': {},
        'f:restartPolicy': {},
        'f:schedulerName': {},
        'f:securityContext': {},
        'f:terminationGracePeriodSeconds': {},
      },
    },
  };
}
