import type { Fields, Shape } from './shape.ts';

// The parts of a pod that a template can contain. Source: Kubernetes 1.36, io.k8s.api.core.v1; test/api-server
// compares.

export const of = (name: string, fields: Fields['fields']): Fields => ({ of: name, fields, required: [] });
/** The API server refuses a pod without the required fields. */
export const needs = (name: string, required: string[], fields: Fields['fields']): Fields => ({
  ...of(name, fields),
  required,
});
/** At most one of the fields can be set, apart from those in `beside`. */
export const one = (shape: Fields, ...beside: string[]): Fields => ({
  ...shape,
  choice: Object.keys(shape.fields).filter((name) => !beside.includes(name)),
});
export const list = (shape: Shape) => ({ list: shape });
export const words = (...each: string[]) => ({ words: each });

const keyOf = (name: string) => needs(name, ['key'], { name: 'text', key: 'text', optional: 'boolean' });
const objectNamed = (name: string) => needs(name, ['name'], { name: 'text', optional: 'boolean' });
export const fieldRef = needs('a fieldRef', ['fieldPath'], { apiVersion: 'text', fieldPath: 'text' });
export const resourceFieldRef = needs('a resourceFieldRef', ['resource'], {
  containerName: 'text',
  resource: 'text',
  divisor: 'anything',
});

const valueFrom = of('a valueFrom', {
  configMapKeyRef: keyOf('a configMapKeyRef'),
  fieldRef,
  fileKeyRef: needs('a fileKeyRef', ['volumeName', 'path', 'key'], {
    volumeName: 'text',
    path: 'text',
    key: 'text',
    optional: 'boolean',
  }),
  resourceFieldRef,
  secretKeyRef: keyOf('a secretKeyRef'),
});
export const variableShape = one(
  needs('an environment variable', ['name'], {
    name: 'text',
    value: 'text',
    valueFrom: { ...one(valueFrom), needed: true },
  }),
  'name',
);

export const mountShape = needs('a volume mount', ['name', 'mountPath'], {
  name: 'text',
  mountPath: 'text',
  mountPropagation: words('None', 'HostToContainer', 'Bidirectional'),
  readOnly: 'boolean',
  recursiveReadOnly: words('Disabled', 'IfPossible', 'Enabled'),
  subPath: 'text',
  subPathExpr: 'text',
});

const actions: Fields['fields'] = {
  exec: needs('an exec action', ['command'], { command: list('text') }),
  httpGet: needs('an httpGet action', ['port'], {
    path: 'text',
    port: 'portOrName',
    host: 'text',
    scheme: words('HTTP', 'HTTPS'),
    httpHeaders: list(needs('a header', ['name', 'value'], { name: 'text', value: 'text' })),
  }),
  tcpSocket: needs('a tcpSocket action', ['port'], { port: 'portOrName', host: 'text' }),
};
const timing = {
  initialDelaySeconds: 'count',
  timeoutSeconds: 'count',
  periodSeconds: 'count',
  failureThreshold: 'count',
} as const;
const grpc = needs('a grpc action', ['port'], { port: 'port', service: 'text' });
const probe = (name: string, more: Fields['fields']) => {
  const times = { ...timing, ...more };
  return { ...one(of(name, { ...actions, grpc, ...times }), ...Object.keys(times)), needed: true };
};
/** A readiness probe restarts nothing. */
const ofRestarts = { successThreshold: 'one', terminationGracePeriodSeconds: 'seconds' } as const;
const hook = one(of('a hook', { ...actions, sleep: needs('a sleep action', ['seconds'], { seconds: 'count' }) }));

const profile = (name: string) =>
  needs(name, ['type'], { type: words('RuntimeDefault', 'Localhost', 'Unconfined'), localhostProfile: 'text' });
const securityContext = of('a securityContext', {
  allowPrivilegeEscalation: 'boolean',
  appArmorProfile: profile('an appArmorProfile'),
  capabilities: of('capabilities', { add: list('text'), drop: list('text') }),
  privileged: 'boolean',
  procMount: words('Default', 'Unmasked'),
  readOnlyRootFilesystem: 'boolean',
  runAsGroup: 'id',
  runAsNonRoot: 'boolean',
  runAsUser: 'id',
  seLinuxOptions: of('seLinuxOptions', { level: 'text', role: 'text', type: 'text', user: 'text' }),
  seccompProfile: profile('a seccompProfile'),
  windowsOptions: 'map',
});

const beforeTheApp = {
  name: 'text',
  image: 'text',
  command: list('text'),
  args: list('text'),
  workingDir: 'text',
  ports: list(
    needs('a port', ['containerPort'], {
      name: 'portName',
      containerPort: 'port',
      protocol: words('TCP', 'UDP', 'SCTP'),
      hostIP: 'text',
      hostPort: 'number',
    }),
  ),
  env: list(variableShape),
  envFrom: list(
    of('an envFrom', {
      prefix: 'text',
      configMapRef: objectNamed('a configMapRef'),
      secretRef: objectNamed('a secretRef'),
    }),
  ),
  resources: of('resources', { requests: { each: 'quantity' }, limits: { each: 'quantity' }, claims: list('map') }),
  resizePolicy: list('map'),
  restartPolicy: 'text',
  restartPolicyRules: list('map'),
  volumeMounts: list(mountShape),
  volumeDevices: list(needs('a volume device', ['name', 'devicePath'], { name: 'text', devicePath: 'text' })),
  terminationMessagePath: 'text',
  terminationMessagePolicy: words('File', 'FallbackToLogsOnError'),
  imagePullPolicy: words('Always', 'IfNotPresent', 'Never'),
  securityContext,
  stdin: 'boolean',
  stdinOnce: 'boolean',
  tty: 'boolean',
} as const;

/** A container that ends before the app starts. */
export const initContainerShape = needs('an init container', ['name', 'image'], beforeTheApp);

export const containerShape = needs('a container', ['name', 'image'], {
  ...beforeTheApp,
  livenessProbe: probe('a livenessProbe', ofRestarts),
  readinessProbe: probe('a readinessProbe', { successThreshold: 'count', terminationGracePeriodSeconds: 'absent' }),
  startupProbe: probe('a startupProbe', ofRestarts),
  lifecycle: of('a lifecycle', { postStart: hook, preStop: hook, stopSignal: 'text' }),
});
