// Pods that are meant to cost much, described by a few numbers so that a search can make them worse.
import type { Json, JsonObject } from '../../src/core/json.ts';

/**
 * The API server takes pods up to about this size (etcd's limit for a request is 1.5 MiB, that of the API server 3
 * MiB).
 */
export const maxPod = 3 * 1024 * 1024;

/** What a hostile pod consists of: a count, a length, or which of a few. */
export interface Shape {
  readonly sidecar: number;
  readonly instances: number;
  readonly nameLength: number;
  readonly target: number;
  readonly targets: number;
  readonly listItems: number;
  readonly valueLength: number;
  readonly value: number;
  readonly unknownKeys: number;
  readonly unknownLength: number;
  readonly otherBytes: number;
  readonly statusEntries: number;
  readonly files: number;
  readonly containers: number;
  readonly initContainers: number;
  readonly ports: number;
  readonly env: number;
  readonly mounts: number;
  readonly mountDepth: number;
  readonly volumes: number;
  /** Whether each container mounts the last volume where the first instance of serve or logs has its files. */
  readonly shared: number;
  readonly labels: number;
  readonly depth: number;
}

/** The largest value of each, far beyond what is allowed. */
export const most: Shape = {
  ...{ sidecar: 8, instances: 300, nameLength: 63, target: 5, targets: 2000, listItems: 500, valueLength: 250_000 },
  ...{ value: 7, unknownKeys: 8000, unknownLength: 200, otherBytes: 250_000, statusEntries: 3000, files: 500 },
  ...{
    containers: 20_000,
    initContainers: 5000,
    ports: 500,
    env: 2000,
    mounts: 1000,
    mountDepth: 200,
    volumes: 20_000,
    shared: 1,
  },
  ...{ labels: 5000, depth: 100_000 },
};

export const nothing: Shape = Object.fromEntries(Object.keys(most).map((key) => [key, 0])) as unknown as Shape;

interface Sidecar {
  /** What turns the instance `i` on without a collision. */
  readonly asks: (i: number) => Readonly<Record<string, string>>;
  /** A parameter that takes a list, or a long text. */
  readonly list: string;
  /** Whether it has the parameter `container`. */
  readonly targets?: true;
}

const sidecars: readonly Sidecar[] = [
  { asks: () => ({ 'git-repo': 'https://git.example.com/a.git' }), list: 'git-sparse', targets: true },
  { asks: (i) => ({ topz: 'true', 'topz-port': `${21_000 + i}` }), list: 'topz-hosts' },
  { asks: (i) => ({ 'metrics-for': 'nginx', 'metrics-port': `${22_000 + i}` }), list: 'metrics-args' },
  { asks: (i) => ({ 'serve-path': `/srv/${i}`, 'serve-port': `${23_000 + i}` }), list: 'serve-cors', targets: true },
  {
    asks: (i) => ({ 'https-secret': 'tls', 'https-target': '8080', 'https-port': `${24_000 + i}` }),
    list: 'https-hosts',
  },
  { asks: (i) => ({ 'ambassador-target': 'db:5432', 'ambassador-port': `${25_000 + i}` }), list: 'ambassador-target' },
  { asks: (i) => ({ 'logs-files': `/var/log/${i}/*.log` }), list: 'logs-files', targets: true },
  { asks: () => ({ 'config-configmaps': 'a' }), list: 'config-configmaps', targets: true },
];

/** Texts that patterns and lists stumble over. */
const pieces = ['a', '/a', 'a.', 'a=b,', '-', ',', '..', '\u00e9'];

/** Builds the pod of a shape, as large as a pod can be at most: what would come after that is left out. */
export function podOf(shape: Shape): Json {
  let room = maxPod - 4096;
  const spend = (bytes: number) => {
    room -= bytes;
    return room > 0;
  };
  const list = (count: number, item: (i: number) => JsonObject): JsonObject[] => {
    const items: JsonObject[] = [];
    for (let i = 0; i < count; i++) {
      const made = item(i);
      if (!spend(JSON.stringify(made).length + 1)) break;
      items.push(made);
    }
    return items;
  };
  const annotations = annotationsOf(shape, spend);
  const perContainer = {
    ports: list(shape.ports, (i) => ({ containerPort: 1 + ((i * 37) % 65_535), name: `p${i}` })),
    env: list(shape.env, (i) => ({ name: `V${i}`, value: `$(V${i + 1})` })),
    volumeMounts: [
      ...list(2 * shape.shared, (i) => ({
        name: `v${shape.volumes - 1}`,
        mountPath: ['/srv/0', '/var/log/0'][i] ?? '/',
      })),
      ...list(shape.mounts, (i) => ({
        name: `v${i % Math.max(1, shape.volumes)}`,
        mountPath: `/${'d/'.repeat(shape.mountDepth)}${i}`,
      })),
    ],
  };
  const container = (name: string, more: JsonObject = {}): JsonObject => ({
    name,
    image: 'x',
    ...perContainer,
    ...more,
  });
  const containers = list(Math.max(1, shape.containers), (i) => container(named('c', i, shape.nameLength)));
  const native = { restartPolicy: 'Always' };
  const spec: JsonObject = {
    containers: containers.length > 0 ? containers : [{ name: 'c', image: 'x' }],
    initContainers: list(shape.initContainers, (i) => container(named('i', i, shape.nameLength), i % 2 ? native : {})),
    volumes: list(shape.volumes, (i) => ({ name: `v${i}`, emptyDir: {} })),
    nested: nested(spend(shape.depth * 6) ? shape.depth : 0),
  };
  const labels = Object.fromEntries(list(shape.labels, (i) => ({ i })).map((_, i) => [`example.com/l${i}`, 'x']));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels, annotations }, spec };
}

function annotationsOf(shape: Shape, spend: (bytes: number) => boolean): Record<string, string> {
  const annotations: Record<string, string> = {};
  const set = (key: string, value: string) => {
    if (spend(key.length + value.length + 6)) annotations[key] = value;
  };
  const piece = pieces[shape.value] ?? 'a';
  for (let i = 0; i < shape.instances; i++) {
    const sidecar = sidecars[shape.sidecar === 8 ? i % 8 : shape.sidecar];
    if (!sidecar) continue;
    const { asks, list, targets } = sidecar;
    const instance = i === 0 ? '' : `.${named('x', i, Math.min(40, shape.nameLength))}`;
    for (const [key, value] of Object.entries(asks(i))) set(`sidecar.io/${key}${instance}`, value);
    const [word] = list.split('-');
    const target = targetOf(shape, i);
    if (target !== '' && targets) set(`sidecar.io/${word}-container${instance}`, target);
    if (shape.listItems > 0) {
      const item = piece.repeat(Math.ceil(shape.valueLength / piece.length / shape.listItems) || 1);
      set(`sidecar.io/${list}${instance}`, Array.from({ length: shape.listItems }, (_, n) => `${item}${n}`).join());
    } else if (shape.valueLength > 0)
      set(`sidecar.io/${word}-path${instance}`, piece.repeat(shape.valueLength / piece.length));
  }
  for (let i = 0; i < shape.unknownKeys; i++) set(`sidecar.io/${named('git-rep', i, shape.unknownLength)}`, 'x');
  if (shape.otherBytes > 0) set('example.com/notes', '\u00e9'.repeat(shape.otherBytes / 2));
  for (let i = 0; i < shape.files; i++) set(`files.sidecar.io/sidecar-git.f${i}`, 'x');
  if (shape.statusEntries > 0) {
    const entry = { name: 'git', template: 'git', hash: '0', native: true, containers: ['sidecar-git'] };
    set('sidecar.io/status', JSON.stringify({ version: '0', sidecars: Array(shape.statusEntries).fill(entry) }));
  }
  return annotations;
}

/** The containers that an instance names: none, all, one of the pod's, many of the pod's, many that are not there. */
function targetOf({ target, targets, nameLength }: Shape, instance: number): string {
  const names = (letter: string) => Array.from({ length: targets }, (_, i) => named(letter, i, nameLength)).join();
  return ['', '*', named('c', instance, nameLength), names('c'), names('z'), names('i')][target] ?? '';
}

function named(start: string, i: number, length: number): string {
  return `${start}${i}`.padEnd(length, 'n');
}

function nested(depth: number): Json {
  let value: Json = {};
  for (let i = 0; i < Math.min(depth, 4000); i++) value = { a: value };
  return value;
}
