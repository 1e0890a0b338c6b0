import { isObject, type Json, type JsonObject, objectsOf } from '../../src/core/json.ts';
import { fc } from '../fast-check.ts';
import { hostileTexts } from './hostile.ts';

/** A generated pod, as JSON.parse would give it: own keys only, `__proto__` among them. */
export type GeneratedPod = { [key: string]: Json };

const name = fc.constantFrom(
  'web',
  'app',
  'worker',
  'proxy',
  'init',
  'db',
  'sidecar-git',
  'sidecar-topz',
  'git',
  'constructor',
);
const path = fc.constantFrom('/srv/www', '/var/www/html', '/usr/share/nginx/html', '/data', '/app');
const mountPath = fc.constantFrom('/git', '/git/', '/var/www/html', '/cache', '/logs', '/tmp', '/git/docs', '/etc/x');
const port = fc.constantFrom(80, 8080, 9090, 21080, 3000);

/** Sparse object: each field present in about half of the cases. */
function sparse(fields: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<GeneratedPod> {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<GeneratedPod>;
}

const unknown = fc.constantFrom<Json>(null, 0, '', [], {}, { deep: { er: [1, { x: null }] } }, 'text', -1.5e300);

const mount = fc.tuple(name, mountPath, fc.boolean()).map(([name, mountPath, sub]): Json => {
  return { name, mountPath, ...(sub ? { subPath: 'x', readOnly: true } : {}) };
});

const env = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.array(
      fc.constantFrom<Json>(
        { name: 'A', value: '$(B)' },
        { name: 'C', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
      ),
      { maxLength: 3 },
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(200, 2000)
      .map((n) => Array.from({ length: n }, (_, i): Json => ({ name: `VAR_${i}`, value: `value ${i}` }))),
  },
);

const takenName = fc.constantFrom('sidecar-git', 'sidecar-topz', 'sidecar-git-init');
const container = fc
  .tuple(
    fc.oneof({ weight: 400, arbitrary: name }, { weight: 1, arbitrary: takenName }),
    sparse({
      image: fc.constantFrom('nginx:1.27', 'node@sha256:0'),
      env,
      volumeMounts: fc.uniqueArray(mount, { maxLength: 3, selector: (m) => (m as { mountPath: string }).mountPath }),
      ports: fc.array(
        port.map((containerPort): Json => ({ containerPort })),
        { maxLength: 2 },
      ),
      livenessProbe: port.map((port): Json => ({ httpGet: { path: '/', port } })),
      securityContext: fc.constantFrom<Json>({ runAsUser: 0 }, { capabilities: { add: ['NET_ADMIN'] } }),
      futureField: unknown,
    }),
  )
  .map(([name, rest]): GeneratedPod => ({ name, ...rest }));

const uniquelyNamed = (list: GeneratedPod[]) =>
  list.filter((c, i) => list.findIndex((other) => other.name === c.name) === i);

const containers = fc.oneof(
  { weight: 30, arbitrary: fc.array(container, { minLength: 1, maxLength: 4 }).map(uniquelyNamed) },
  { weight: 1, arbitrary: container.map((c) => Array.from({ length: 100 }, (_, i) => ({ ...c, name: `c${i}` }))) },
);

const initContainers = fc
  .array(
    fc
      .tuple(container, fc.boolean())
      .map(([c, native]) => ({ ...c, name: `i-${String(c.name)}`, ...(native ? { restartPolicy: 'Always' } : {}) })),
    { maxLength: 3 },
  )
  .map(uniquelyNamed);

const volume = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.constantFrom('data', 'cache', 'web').map((name): GeneratedPod => ({ name, emptyDir: {} })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('sidecar-git', 'sidecar-git-files')
      .map((name): GeneratedPod => ({ name, hostPath: { path: '/' } })),
  },
);

const spec = fc
  .tuple(
    containers,
    sparse({
      initContainers: initContainers as fc.Arbitrary<Json>,
      volumes: fc.array(volume, { maxLength: 3 }).map(uniquelyNamed) as fc.Arbitrary<Json>,
      serviceAccountName: fc.constant('default'),
      restartPolicy: fc.constantFrom('Never', 'Always', 'OnFailure'),
      futurePodField: unknown,
    }),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant<GeneratedPod>({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<GeneratedPod>(
          { hostPID: true },
          { hostNetwork: true },
          { os: { name: 'windows' } },
          { shareProcessNamespace: false },
          { shareProcessNamespace: true },
          { resources: { requests: { cpu: '1' } } },
          { resources: { limits: { memory: '20Mi' } } },
          { resources: { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '2m', memory: '1Gi' } } },
          { nodeSelector: { 'kubernetes.io/os': 'windows' } },
        ),
      },
    ),
  )
  .map(([containers, rest, extra]): GeneratedPod => ({ containers, ...rest, ...extra }));

const repo = fc.constantFrom('https://git.example.com/a/b.git', 'http://git/x', 'ssh://git@host/r', 'git@host:r.git');

/** Annotations that ask for a sidecar, mostly rightly. */
const asking: fc.Arbitrary<Record<string, string>>[] = [
  fc.record({ 'sidecar.io/git-repo': repo, 'sidecar.io/git-path': path }, { requiredKeys: ['sidecar.io/git-repo'] }),
  fc.record(
    {
      'sidecar.io/topz': fc.constantFrom('true', 'true', 'true', 'false'),
      'sidecar.io/topz-port': fc.constantFrom('9000', '21081'),
    },
    { requiredKeys: ['sidecar.io/topz'] },
  ),
  fc
    .record(
      {
        'sidecar.io/metrics-for': fc.constantFrom('nginx', 'statsd'),
        'sidecar.io/metrics-for.second': fc.constant('redis'),
        'sidecar.io/metrics-port.second': fc.constantFrom('29101', '29101', '29100'),
      },
      { requiredKeys: ['sidecar.io/metrics-for'] },
    )
    .filter((all) => 'sidecar.io/metrics-for.second' in all === 'sidecar.io/metrics-port.second' in all),
  fc.record(
    { 'sidecar.io/serve-path': path, 'sidecar.io/serve-size': fc.constantFrom('1Gi', '100M') },
    { requiredKeys: ['sidecar.io/serve-path'] },
  ),
  fc.record(
    { 'sidecar.io/git-repo.docs': repo, 'sidecar.io/git-path.docs': fc.constantFrom('/docs', '/git/docs') },
    { requiredKeys: ['sidecar.io/git-repo.docs'] },
  ),
];
/** Annotations that go with them, or with nothing at all. */
const further: Record<string, fc.Arbitrary<string>> = {
  'sidecar.io/git-secret': fc.constant('creds'),
  'sidecar.io/git-period': fc.constantFrom('5s', '1m30s', '1h'),
  'sidecar.io/git-style': fc.constantFrom('in-place', 'symlink'),
  'sidecar.io/git-subdir': fc.constantFrom('docs', 'a b/c'),
  'sidecar.io/git-ref': fc.constantFrom('main', 'v1.2', 'feature/x'),
  'sidecar.io/git-memory': fc.constantFrom('64Mi', '1Gi'),
  'sidecar.io/git-native': fc.constantFrom('auto', 'true', 'false'),
  'sidecar.io/git-container': fc.constantFrom('*', '*', 'web'),
  'sidecar.io/inject': fc.constantFrom('true', 'true', 'true', 'false'),
};
const unrelated: Record<string, fc.Arbitrary<string>> = {
  'sidecar.io/status': fc.constantFrom('', 'forged', '{"version":"9"}'),
  'kubectl.kubernetes.io/default-container': name,
  'files.sidecar.io/sidecar-git.checkout': fc.constant('forged'),
  'prometheus.io/scrape': fc.constantFrom('true', 'false'),
  'prometheus.io/port': fc.constantFrom('29100', '8080'),
  unrelated: fc.constantFrom('x', '${ params.repo }', '$(HOME)'),
};
const some = (entries: Record<string, fc.Arbitrary<string>>, max: number) =>
  fc
    .subarray(Object.keys(entries), { maxLength: max })
    .chain((keys) => fc.tuple(...keys.map((key) => fc.tuple(fc.constant(key), entries[key] ?? fc.constant('')))))
    .map((list) => Object.fromEntries(list));

const sane = fc
  .tuple(
    fc.subarray(asking, { minLength: 0, maxLength: 2 }).chain((list) => fc.tuple(...list)),
    some(further, 2),
    some(unrelated, 2),
    fc.nat(9),
  )
  .map(([asked, extra, other, dice]) => {
    const all = Object.assign({}, ...asked, other) as Record<string, string>;
    const git = 'sidecar.io/git-repo' in all;
    if (git || dice === 0) Object.assign(all, extra);
    if (git && dice > 1 && !all['sidecar.io/git-repo']?.startsWith('http')) all['sidecar.io/git-secret'] = 'creds';
    if ('sidecar.io/git-repo.docs' in all && !all['sidecar.io/git-repo.docs']?.startsWith('http'))
      all['sidecar.io/git-secret.docs'] = 'creds';
    return all;
  });
const wrong = fc.tuple(
  fc.constantFrom(
    'sidecar.io/git-repo',
    'sidecar.io/git-ref',
    'sidecar.io/git-path',
    'sidecar.io/topz',
    'sidecar.io/unheard',
    'sidecar.io/git-repo.',
    'sidecar.io/',
    '__proto__',
    'sidecar.io/__proto__',
    'sidecar.io/constructor',
  ),
  fc.constantFrom(...hostileTexts),
);

const annotations = fc
  .tuple(
    sane,
    fc.oneof(
      { weight: 9, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(wrong, { minLength: 1, maxLength: 2 }) },
    ),
  )
  .map(([right, wrong]) => Object.fromEntries([...Object.entries(right), ...wrong]) as GeneratedPod);

const metadata = fc.oneof(
  {
    weight: 20,
    arbitrary: fc
      .tuple(annotations, sparse({ name: fc.constant('p'), labels: fc.constant({ a: 'b' }), managedFields: unknown }))
      .map(([annotations, rest]): Json => ({ ...rest, annotations })),
  },
  { weight: 1, arbitrary: fc.constant<Json>({ generateName: 'bare-' }) },
);

const anyPods = fc.tuple(metadata, spec, fc.boolean()).map(([metadata, spec, typed]): GeneratedPod => {
  return { ...(typed ? { apiVersion: 'v1', kind: 'Pod' } : {}), metadata, spec };
});

/** The last container has a volume of its own where a sidecar wants one. */
const podsWithFolder = fc
  .tuple(anyPods, fc.constantFrom('emptyDir', 'emptyDir', 'persistentVolumeClaim', 'secret'), fc.boolean())
  .map(([pod, kind, subPath]): GeneratedPod => {
    const { metadata, spec } = pod as { metadata: JsonObject; spec: JsonObject };
    const containers = objectsOf(spec.containers);
    const mount = { name: 'folder', mountPath: '/folder', ...(subPath ? { subPath: 'x' } : {}) };
    const mounts = [...objectsOf(containers.at(-1)?.volumeMounts), mount];
    const asked = {
      'sidecar.io/logs-files': '/folder/*',
      'sidecar.io/serve-path.x': '/folder',
      'sidecar.io/serve-port.x': '27000',
    };
    const annotations = { ...(isObject(metadata.annotations) ? metadata.annotations : {}), ...asked };
    const volumes = [...objectsOf(spec.volumes), { name: 'folder', [kind]: {} }];
    return {
      ...pod,
      metadata: { ...metadata, annotations },
      spec: {
        ...spec,
        containers: [...containers.slice(0, -1), { ...containers.at(-1), volumeMounts: mounts }],
        volumes,
      },
    };
  });

/** Pods with every field that matters to an injector, and fields that it has never heard of. */
export const pods: fc.Arbitrary<GeneratedPod> = fc.oneof(
  { weight: 19, arbitrary: anyPods },
  { weight: 1, arbitrary: podsWithFolder },
);
