// biome-ignore-all lint/suspicious/noAssignInExpressions: a change is one assignment
import type { TriedPod } from './enforced.ts';

/** A change of an injected pod by somebody who wants to get around the policy. */
export type Evasion = readonly [name: string, change: (pod: TriedPod) => void];

// biome-ignore lint/suspicious/noExplicitAny: tests change any part of a container
const logsOf = ({ spec }: TriedPod): any =>
  spec.initContainers.find(({ name }: { name: string }) => name === 'sidecar-logs');
const change = (fields: object) => (pod: TriedPod) => void Object.assign(logsOf(pod), fields);

/** What the API server refuses, with nobody's help. */
export const refused: readonly Evasion[] = [
  ['the sidecar is left out', ({ spec }) => void (spec.initContainers = [])],
  [
    'an own container under its name',
    ({ spec }) => void (spec.initContainers = [{ name: 'sidecar-logs', image: 'mine', restartPolicy: 'Always' }]),
  ],
  [
    'the classic form in place of the native one',
    (pod) => {
      const { restartPolicy: _, startupProbe: _s, ...logs } = logsOf(pod);
      pod.spec.initContainers = [];
      pod.spec.containers.push(logs);
    },
  ],
  [
    'an init container that ends',
    (pod) => {
      delete logsOf(pod).restartPolicy;
      delete logsOf(pod).startupProbe;
    },
  ],
  ['the name of another instance', change({ name: 'sidecar-logs-mine' })],
  ['another image', change({ image: 'registry.example.com/mine:1' })],
  ['another tag', (pod) => void (logsOf(pod).image = logsOf(pod).image.replace(/:[^:]*$/, ':old'))],
  ['a digest', (pod) => void (logsOf(pod).image += `@sha256:${'0'.repeat(64)}`)],
  ['another command', change({ command: ['sleep', '1d'] })],
  ['a shell around the command', (pod) => void logsOf(pod).command.unshift('sh', '-c')],
  ['no command', change({ command: undefined })],
  [
    'a locked argument changed',
    (pod) => void (logsOf(pod).args = logsOf(pod).args.map((a: string) => a.replace('--to=loki', '--to=stdout'))),
  ],
  [
    'a locked argument left out',
    (pod) => void (logsOf(pod).args = logsOf(pod).args.filter((a: string) => !a.startsWith('--url='))),
  ],
  ['a locked argument a second time', (pod) => void logsOf(pod).args.push('--url=https://mine.example.com')],
  [
    'a variable in a locked argument',
    (pod) => void (logsOf(pod).args = logsOf(pod).args.map((a: string) => a.replace('loki.example.com', '$(HOST)'))),
  ],
  ['an unknown argument', (pod) => void logsOf(pod).args.push('--help')],
  ['no arguments', change({ args: [] })],
  ['LD_PRELOAD', (pod) => void logsOf(pod).env.push({ name: 'LD_PRELOAD', value: '/logs/mine.so' })],
  ['NODE_OPTIONS', (pod) => void logsOf(pod).env.push({ name: 'NODE_OPTIONS', value: '--require /logs/mine.js' })],
  ['a variable a second time', (pod) => void logsOf(pod).env.push({ name: 'SIDECAR_POD', value: 'other' })],
  ['variables of a ConfigMap', change({ envFrom: [{ configMapRef: { name: 'mine' } }] })],
  ['another working directory', change({ workingDir: '/logs' })],
  [
    'a mount over its program',
    (pod) => void logsOf(pod).volumeMounts.push({ name: 'sidecar-logs', mountPath: '/app/dist' }),
  ],
  ['a mount moved away', (pod) => void (logsOf(pod).volumeMounts[0].mountPath = '/nowhere')],
  ['a part of a volume', (pod) => void (logsOf(pod).volumeMounts[0].subPath = 'empty')],
  ['a mount left out', (pod) => void logsOf(pod).volumeMounts.shift()],
  [
    'the token of the pod in place of the empty volume',
    (pod) =>
      void (logsOf(pod).volumeMounts = logsOf(pod).volumeMounts.filter(
        ({ name }: { name: string }) => name !== 'sidecar-logs-sa',
      )),
  ],
  ['root', (pod) => void Object.assign(logsOf(pod).securityContext, { runAsUser: 0, runAsNonRoot: false })],
  [
    'a privileged sidecar',
    (pod) => void Object.assign(logsOf(pod).securityContext, { privileged: true, allowPrivilegeEscalation: true }),
  ],
  ['no security context', change({ securityContext: undefined })],
  ['a lifecycle hook', change({ lifecycle: { postStart: { exec: { command: ['kill', '1'] } } } })],
  ['a liveness probe that fails', change({ livenessProbe: { exec: { command: ['false'] } } })],
  ['no startup probe', change({ startupProbe: undefined })],
  ['a pull policy that uses what is on the node', change({ imagePullPolicy: 'Never' })],
  ['a terminal', change({ stdin: true, tty: true })],
  [
    'its receiver under another address',
    ({ spec }) => void (spec.hostAliases = [{ ip: '10.0.0.1', hostnames: ['loki.example.com'] }]),
  ],
  [
    'inject: "false"',
    (pod) => {
      Object.assign(pod.metadata, { annotations: { 'sidecar.io/inject': 'false' } });
      pod.spec.initContainers = [];
    },
  ],
  [
    'a forged status',
    (pod) => {
      Object.assign(pod.metadata, { annotations: { 'sidecar.io/status': '{"sidecars":[{"name":"logs"}]}' } });
      pod.spec.initContainers = [];
    },
  ],
  [
    'the annotation of a mirror pod',
    (pod) => {
      Object.assign(pod.metadata, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
      pod.spec.initContainers = [];
      pod.spec.nodeName = 'node-1';
    },
  ],
  [
    'a node of its own choice',
    (pod) => {
      pod.spec.nodeName = 'node-1';
      pod.spec.initContainers = [];
    },
  ],
  [
    'owned by a controller that is not there',
    (pod) => {
      Object.assign(pod.metadata, {
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: '1' }],
      });
      pod.spec.initContainers = [];
    },
  ],
  ['a forbidden sidecar', ({ spec }) => void spec.containers.push({ name: 'sidecar-ambassador', image: 'a' })],
  [
    'a forbidden sidecar as a further instance',
    ({ spec }) => void spec.containers.push({ name: 'sidecar-ambassador-db', image: 'a' }),
  ],
  ...['ambassador', 'ambassador.db'].map(
    (name): Evasion => [
      `a forbidden sidecar that its status calls ${name}`,
      (pod) => addRecorded(pod, 'sidecar-ambassador-db', { name, template: 'ambassador' }),
    ],
  ),
  [
    'a forbidden sidecar beside one that its status names',
    (pod) => {
      addRecorded(pod, 'sidecar-ambassador-other', { name: 'ambassador-other', template: 'ambassador-other' });
      pod.spec.containers.push({ name: 'sidecar-ambassador-db', image: 'a' });
    },
  ],
];

/** A container, and its sidecar in the annotation of the injector. */
function addRecorded(pod: TriedPod, container: string, sidecar: object): void {
  pod.spec.containers.push({ name: container, image: 'a' });
  const status = { version: '1', sidecars: [{ ...sidecar, source: '"containers":["x"]', containers: [container] }] };
  const annotations = { ...(pod.metadata.annotations as object), 'sidecar.io/status': JSON.stringify(status) };
  Object.assign(pod.metadata, { annotations });
}

/** What nobody can refuse who does not know the app, with the reason. */
export const accepted: readonly (readonly [name: string, reason: string, change: (pod: TriedPod) => void])[] = [
  [
    'the app writes its logs elsewhere',
    'what the app does with its mounts is the app',
    ({ spec }) => void (spec.containers[0].volumeMounts = []),
  ],
  [
    'tiny limits',
    'limits are fitted into the pod, and defaults and autoscalers change them',
    (pod) => void (logsOf(pod).resources = { limits: { memory: '1Mi' } }),
  ],
  [
    'the network of the node',
    'the policy has no say about it: use Pod Security',
    ({ spec }) => void (spec.hostNetwork = true),
  ],
  [
    'the processes of the node',
    'the policy has no say about it: use Pod Security',
    ({ spec }) => void (spec.hostPID = true),
  ],
  [
    'another DNS',
    'which name servers are right is not known',
    ({ spec }) => Object.assign(spec, { dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.1'] } }),
  ],
  ['a value of a setting that is not locked', 'lock it', (pod) => void logsOf(pod).args.push('--exclude=secret')],
  ['a grace period of 0 s', 'the app may have it', ({ spec }) => void (spec.terminationGracePeriodSeconds = 0)],
  ['a pod that ends', 'Jobs do', ({ spec }) => void (spec.restartPolicy = 'Never')],
  [
    'a forbidden program under another name',
    'an image says nothing about its programs',
    ({ spec }) => void spec.containers.push({ name: 'proxy', image: 'ambassador' }),
  ],
  [
    'a forbidden program that its status gives to another sidecar',
    'as with another name',
    (pod) => addRecorded(pod, 'sidecar-ambassador-db', { name: 'ambassador-db', template: 'ambassador-db' }),
  ],
];
