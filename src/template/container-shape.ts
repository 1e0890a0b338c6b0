import type { Fields, Shape } from './shape.ts';

// The parts of a pod that a template can contain. Source: Kubernetes 1.36, io.k8s.api.core.v1; test/api-server
// compares.

export const of = (name: string, fields: Fields['fields']): Fields => ({ of: name, fields });
/** At most one of the fields can be set, apart from those in `beside`. */
export const one = ({ of, fields }: Fields, ...beside: string[]): Fields => ({
  of,
  fields,
  choice: Object.keys(fields).filter((name) => !beside.includes(name)),
});
export const list = (shape: Shape) => ({ list: shape });
export const words = (...each: string[]) => ({ words: each });

const keyOf = (name: string) => of(name, { name: 'text', key: 'text', optional: 'boolean' });
const objectNamed = (name: string) => of(name, { name: 'text', optional: 'boolean' });
export const fieldRef = of('a fieldRef', { apiVersion: 'text', fieldPath: 'text' });
export const resourceFieldRef = of('a resourceFieldRef', {
  containerName: 'text',
  resource: 'text',
  divisor: 'anything',
});

const valueFrom = of('a valueFrom', {
  configMapKeyRef: keyOf('a configMapKeyRef'),
  fieldRef,
  fileKeyRef: of('a fileKeyRef', { volumeName: 'text', path: 'text', key: 'text', optional: 'boolean' }),
  resourceFieldRef,
  secretKeyRef: keyOf('a secretKeyRef'),
});
export const variableShape = one(
  of('an environment variable', { name: 'text', value: 'text', valueFrom: { ...one(valueFrom), needed: true } }),
  'name',
);

export const mountShape = of('a volume mount', {
  name: 'text',
  mountPath: 'text',
  mountPropagation: words('None', 'HostToContainer', 'Bidirectional'),
  readOnly: 'boolean',
  recursiveReadOnly: words('Disabled', 'IfPossible', 'Enabled'),
  subPath: 'text',
  subPathExpr: 'text',
});

const actions: Fields['fields'] = {
  exec: of('an exec action', { command: list('text') }),
  httpGet: of('an httpGet action', {
    path: 'text',
    port: 'portOrName',
    host: 'text',
    scheme: words('HTTP', 'HTTPS'),
    httpHeaders: list(of('a header', { name: 'text', value: 'text' })),
  }),
  tcpSocket: of('a tcpSocket action', { port: 'portOrName', host: 'text' }),
};
const timing = {
  initialDelaySeconds: 'count',
  timeoutSeconds: 'count',
  periodSeconds: 'count',
  failureThreshold: 'count',
} as const;
const grpc = of('a grpc action', { port: 'port', service: 'text' });
const probe = (name: string, more: Fields['fields']) => {
  const times = { ...timing, ...more };
  return { ...one(of(name, { ...actions, grpc, ...times }), ...Object.keys(times)), needed: true };
};
/** A readiness probe restarts nothing. */
const ofRestarts = { successThreshold: 'one', terminationGracePeriodSeconds: 'seconds' } as const;
const hook = one(of('a hook', { ...actions, sleep: of('a sleep action', { seconds: 'count' }) }));

const profile = (name: string) =>
  of(name, { type: words('RuntimeDefault', 'Localhost', 'Unconfined'), localhostProfile: 'text' });
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
    of('a port', {
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
  volumeDevices: list(of('a volume device', { name: 'text', devicePath: 'text' })),
  terminationMessagePath: 'text',
  terminationMessagePolicy: words('File', 'FallbackToLogsOnError'),
  imagePullPolicy: words('Always', 'IfNotPresent', 'Never'),
  securityContext,
  stdin: 'boolean',
  stdinOnce: 'boolean',
  tty: 'boolean',
} as const;

/** A container that ends before the app starts. */
export const initContainerShape = of('an init container', beforeTheApp);

export const containerShape = of('a container', {
  ...beforeTheApp,
  livenessProbe: probe('a livenessProbe', ofRestarts),
  readinessProbe: probe('a readinessProbe', { successThreshold: 'count', terminationGracePeriodSeconds: 'absent' }),
  startupProbe: probe('a startupProbe', ofRestarts),
  lifecycle: of('a lifecycle', { postStart: hook, preStop: hook, stopSignal: 'text' }),
});
