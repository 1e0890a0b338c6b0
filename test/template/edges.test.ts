// The limits of templates at their exact values, and rules that only an edge shows.
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { extendCatalog } from '../../src/catalog/catalog.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';
import { sampleScope } from '../../src/template/sample.ts';
import type { Template } from '../../src/template/template.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';

const id = '${ instance.id }';
const secured = { name: id, securityContext: { runAsUser: 1000 } };

function compiled(spec: object, { name = 'demo', kind = 'ClusterSidecarTemplate' } = {}) {
  return compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind,
    metadata: { name },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [secured], ...spec },
  });
}

function problems(spec: object, options = {}): string[] {
  const result = compiled(spec, options);
  return 'problems' in result ? result.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

function template(spec: object, name?: string): Template {
  const result = compiled(spec, name === undefined ? {} : { name });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result;
}

const tenant = { kind: 'SidecarTemplate' };
const parameter = (fields: object) => ({ parameters: [{ name: 'p', type: 'string', description: 'x', ...fields }] });

describe('a limit', () => {
  it.each<[string, (n: number) => string[], number]>([
    ['characters of a name', (n) => problems({}, { name: 'a'.repeat(n) }), 30],
    ['characters of a pattern', (n) => problems(parameter({ pattern: 'a'.repeat(n) })), 500],
    ['maxLength in a template of a namespace', (n) => problems(parameter({ maxLength: n }), tenant), 4096],
    ['containers', (n) => problems({ containers: Array.from({ length: n }, (_, i) => ({ name: `${id}-${i}` })) }), 8],
    ['files', (n) => problems({ files: Array.from({ length: n }, (_, i) => ({ name: `f${i}`, text: '' })) }), 16],
    ['characters of the name of a file', (n) => problems({ files: [{ name: 'a'.repeat(n), text: '' }] }), 30],
    ['levels', (n) => problems({ volumes: [{ name: id, csi: nested(n - 4) }] }), 50],
    ['characters of a port name', (n) => problems(withPort({ containerPort: 1, name: 'a'.repeat(n) })), 15],
    ['the number of a port', (n) => problems(withPort({ containerPort: n })), 65_535],
    [
      'characters of the name of a container',
      (n) => problems({ containers: [{ name: `${id}-${'a'.repeat(n - 13)}` }] }),
      63,
    ],
    ['characters of a document', (n) => problems({ summary: 'x'.repeat(n - size({ summary: '' })) }), 262_144],
  ])('%s', (_, at, limit) => {
    expect(at(limit)).toEqual([]);
    expect(at(limit + 1)).toHaveLength(1);
  });

  it('steps of all patterns together, in a template of a namespace', () => {
    const patterns = (...counts: number[]) => ({
      parameters: counts.map((n, i) => ({
        name: `p${i}`,
        type: 'string',
        description: 'x',
        pattern: `a{${n}}`,
        maxLength: 8,
      })),
    });
    const [one] = problems(patterns(1000), tenant);
    const steps = Number(/have (\d+) steps/.exec(one ?? '')?.[1]);
    const extra = steps - 1000; // of each pattern, besides its count
    expect(problems(patterns(1000 - extra), tenant)).toEqual([]);
    expect(problems(patterns(1001 - extra), tenant)).toHaveLength(1);
    expect(problems(patterns(500 - extra, 500 - extra), tenant)).toEqual([]);
    expect(problems(patterns(500 - extra, 501 - extra), tenant)).toEqual([
      expect.stringMatching(/^spec\.parameters\[1\]\.pattern: .*have 1001 steps/),
    ]);
  });

  it('steps of a larger pattern times its longest value, in a template of a namespace', () => {
    const ofSteps = (steps: number, maxLength: number) => {
      const pattern = `a{${steps - extraSteps}}`;
      expect(RE2JS.compile(pattern).programSize()).toBe(steps);
      return problems(parameter({ pattern, maxLength }), tenant);
    };
    const extraSteps = RE2JS.compile('a{100}').programSize() - 100;
    expect(ofSteps(128, 128)).toEqual([]);
    expect(ofSteps(128, 129)).toEqual([
      expect.stringMatching(/^spec\.parameters\[0\]\.pattern: .*128 steps.*129 char/),
    ]);
    expect(ofSteps(12, 4096)).toEqual([]);
    expect(ofSteps(13, 4096)).toHaveLength(1);
    expect(ofSteps(13, 1260)).toEqual([]);
  });

  it('work of expressions, in a template of a namespace', () => {
    const most = 1024 * 1024;
    const doubled = (times: number) => `\${ ${Array(times).fill('params.p').join(' + ')} }`;
    const growing = (count: number) => ({
      ...parameter({ default: 'x', maxLength: 4096 }),
      containers: [{ ...secured, args: Array(count).fill(doubled(5)) }],
    });
    const [problem = ''] = problems(growing(20), tenant);
    expect(problem).toContain(`at most ${most}`);
    // 5 values at the end, each sum of 2 to 5 values on the way to it, and a step of 8 units for each of 9 terms.
    const each = 4096 * (5 + (5 * 6) / 2 - 1) + 9 * 8;
    const fitting = Math.floor(most / each);
    expect(problems(growing(fitting), tenant)).toEqual([]);
    expect(problems(growing(fitting + 1), tenant)).toHaveLength(1);
  });
});

function nested(levels: number): JsonObject {
  return levels <= 1 ? { a: 1 } : { a: nested(levels - 1) };
}

function withPort(port: object) {
  return { containers: [{ ...secured, ports: [port] }] };
}

/** Characters of the whole document with this spec. */
function size(spec: object): number {
  return JSON.stringify({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [secured], ...spec },
  }).length;
}

describe('what a template of a namespace must not do', () => {
  const context = (fields: object) => ({
    containers: [{ ...secured, securityContext: { runAsUser: 1000, ...fields } }],
  });
  it.each<[object, string]>([
    [context({ privileged: true, allowPrivilegeEscalation: true }), 'privileged is'],
    [context({ allowPrivilegeEscalation: true }), 'allowPrivilegeEscalation is'],
    [context({ runAsNonRoot: false }), 'running as root is'],
    [context({ runAsUser: 0, runAsNonRoot: false }), 'running as root is'],
    [context({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }), 'adding capabilities, or not dropping ALL, is'],
    [context({ capabilities: { drop: ['CHOWN'] } }), 'adding capabilities, or not dropping ALL, is'],
    [context({ seccompProfile: { type: 'Unconfined' } }), 'running without a seccomp profile is'],
    [context({ procMount: 'Unmasked' }), 'procMount is'],
    [context({ seLinuxOptions: { level: 'a' } }), 'seLinuxOptions is'],
    [context({ appArmorProfile: { type: 'Unconfined' } }), 'appArmorProfile is'],
    [context({ windowsOptions: {} }), 'windowsOptions is'],
    [withPort({ containerPort: 1, hostPort: 1 }), 'hostPort is'],
    [withPort({ containerPort: 1, hostIP: '0.0.0.0' }), 'hostPort is'],
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].map(
      (probe) =>
        [
          { containers: [{ ...secured, [probe]: { httpGet: { port: 1, host: 'a' } } }] },
          'a probe or hook with a host is',
        ] as [object, string],
    ),
    ...['postStart', 'preStop'].map(
      (hook) =>
        [
          { containers: [{ ...secured, lifecycle: { [hook]: { tcpSocket: { port: 1, host: 'a' } } } }] },
          'a probe or hook with a host is',
        ] as [object, string],
    ),
    [{ containers: [{ ...secured, volumeDevices: [] }] }, 'volumeDevices is'],
    [{ volumes: [{ name: id, hostPath: { path: '/' } }] }, 'a hostPath volume is'],
    [
      { volumes: [{ name: id, projected: { sources: [{ serviceAccountToken: { path: 'a' } }] } }] },
      'the token of a service account is',
    ],
    [{ pod: { shareProcessNamespace: true } }, 'the pod field shareProcessNamespace is'],
    [{ annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'x' } }, 'the annotation seccomp.security'],
    [
      { initContainers: [{ name: `${id}-a`, securityContext: { runAsUser: 0, runAsNonRoot: false } }] },
      'running as root is',
    ],
  ])('%j', (spec, message) => {
    expect(problems(spec)).toEqual([]);
    expect(problems(spec, tenant)).toEqual([expect.stringContaining(`in a template of a namespace, ${message}`)]);
  });

  it.each([
    context({ procMount: 'Default' }),
    context({ seccompProfile: { type: 'Localhost', localhostProfile: 'a' } }),
    { containers: [{ ...secured, startupProbe: { httpGet: { port: 1 } } }] },
    ...[
      { configMap: { name: 'a' } },
      { csi: {} },
      { downwardAPI: {} },
      { emptyDir: {} },
      { ephemeral: { volumeClaimTemplate: {} } },
      { persistentVolumeClaim: { claimName: 'a' } },
      { projected: {} },
      { secret: { secretName: 'a' } },
    ].map((volume) => ({ volumes: [{ name: id, ...volume }] })),
    { annotations: { 'example.com/seccomp': 'x' } },
  ])('%j is allowed', (spec) => expect(problems(spec, tenant)).toEqual([]));
});

describe('$once', () => {
  const probes = Object.fromEntries(
    ['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => [probe, { tcpSocket: { port: 1 } }]),
  );
  const container = {
    ...{ ...secured, ...probes, args: ['a'], ports: [{ containerPort: 1 }] },
    lifecycle: { preStop: { sleep: { seconds: 1 } } },
    $once: { args: ['b'] },
  };

  it('runs without probes, hooks and ports, with its arguments added', () => {
    const { render } = template({ containers: [container] });
    const { initContainers, containers } = render(sampleScope(template({ containers: [container] }), false));
    expect(initContainers).toHaveLength(1);
    expect(Object.keys(initContainers[0] ?? {}).sort()).toEqual([
      'args',
      'image',
      'name',
      'resources',
      'securityContext',
      'volumeMounts',
    ]);
    expect(initContainers[0]).toMatchObject({ name: 'sidecar-demo-init', args: ['a', 'b'] });
    expect(containers[0]).toMatchObject({ ...probes, args: ['a'], ports: [{ containerPort: 1 }] });
    expect(containers[0]).not.toHaveProperty('$once');
  });

  it('is not needed in the native form', () => {
    const demo = template({ containers: [container] });
    const { initContainers, containers } = demo.render(sampleScope(demo, true));
    expect(containers).toEqual([]);
    expect(initContainers).toEqual([expect.objectContaining({ ...probes, restartPolicy: 'Always', args: ['a'] })]);
  });

  it('can be empty', () => {
    const demo = template({ containers: [{ ...secured, $once: {} }] });
    expect(demo.render(sampleScope(demo, false)).initContainers).toEqual([expect.objectContaining({ args: [] })]);
  });
});

describe('of templates that declare the same word', () => {
  const names = (words: { get(word: string): { template: Template } | undefined }, word: string) =>
    words.get(word)?.template.document.spec.summary;
  const withParameter = (name: string) => parameter({ name, default: 'x' });

  it('the first wins, and the other has no word at all', () => {
    const [first, second] = [
      template({ ...withParameter('b-c'), summary: 'first' }, 'a'),
      template({ summary: 'second' }, 'a-b-c'),
    ];
    for (const [order, winner] of [
      [[first, second], 'first'],
      [[second, first], 'second'],
    ] as const) {
      const { catalog, conflicts } = buildCatalog(order);
      expect(names(catalog.words, 'a-b-c')).toBe(winner);
      expect(catalog.templates.map(({ document }) => document.spec.summary)).toEqual([winner]);
      expect(conflicts).toEqual([
        expect.stringMatching(/^sidecar\.io\/a-b-c already belongs to the sidecar a(-b-c)?:/),
      ]);
      expect([...catalog.words.keys()].every((word) => names(catalog.words, word) === winner)).toBe(true);
    }
  });

  it('one of the cluster replaces a built-in, with all of its words, but not another of the cluster', () => {
    const builtIn = template({ ...withParameter('old'), summary: 'built-in' }, 'a');
    const { catalog: base } = buildCatalog([builtIn]);
    const [own, other] = [
      template({ ...withParameter('new'), summary: 'own' }, 'a'),
      template({ summary: 'other' }, 'a'),
    ];
    const { catalog, conflicts } = extendCatalog(base, [own, other], { replace: true });
    expect([names(catalog.words, 'a'), names(catalog.words, 'a-new')]).toEqual(['own', 'own']);
    expect(catalog.words.has('a-old')).toBe(false);
    expect([...conflicts.keys()]).toEqual([other]);
    expect(names(base.words, 'a-old')).toBe('built-in');
  });

  it('one of a namespace never replaces one of the cluster', () => {
    const { catalog: base } = buildCatalog([template({ summary: 'cluster' }, 'a')]);
    const additions = [template({ summary: 'own' }, 'a'), template({ summary: 'own' }, 'b')];
    const { catalog, conflicts } = extendCatalog(base, additions, { replace: false });
    expect([names(catalog.words, 'a'), names(catalog.words, 'b')]).toEqual(['cluster', 'own']);
    expect([...conflicts.values()]).toEqual([
      { path: ['metadata', 'name'], message: 'a sidecar named a exists: choose another name' },
    ]);
    expect([...catalog.words.keys()]).toEqual(expect.arrayContaining(['a', 'a-image', 'b', 'b-image']));
    expect([catalog.words.has('a'), catalog.words.has('b'), catalog.words.has('c'), base.words.has('b')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(catalog.templates.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each(['inject', 'status', 'from-workload'])('none can be named %s', (name) => {
    expect(buildCatalog([template({}, name)]).conflicts).toEqual([
      `sidecar.io/${name} is reserved: choose another name`,
    ]);
  });

  it('none can have a parameter that makes sidecar.io/from-workload', () => {
    const from = template(parameter({ name: 'workload', default: 'x' }), 'from');
    expect([...extendCatalog(buildCatalog([]).catalog, [from], { replace: true }).conflicts.values()]).toEqual([
      {
        path: ['spec', 'parameters', 0, 'name'],
        message: 'sidecar.io/from-workload is reserved: choose another name',
      },
    ]);
  });
});

describe('the order', () => {
  const order = (...templates: Template[]) => buildCatalog(templates).catalog.templates.map(({ name }) => name);
  it('is by name, and then as each template says', () => {
    expect(order(template({}, 'b'), template({}, 'a'))).toEqual(['a', 'b']);
    expect(order(template({ order: { after: ['b'] } }, 'a'), template({}, 'b'), template({}, 'c'))).toEqual([
      'b',
      'a',
      'c',
    ]);
    expect(order(template({}, 'a'), template({ order: { before: ['a'] } }, 'z'))).toEqual(['z', 'a']);
    expect(order(template({ order: { after: ['d', 'c'] } }, 'a'), template({}, 'd'), template({}, 'c'))).toEqual([
      'c',
      'd',
      'a',
    ]);
  });

  it('ignores names that do not exist', () => {
    const around = { order: { before: ['no'], after: ['nothing'] } };
    expect(order(template(around, 'b'), template({}, 'a'))).toEqual(['a', 'b']);
    expect(buildCatalog([template(around, 'b')]).conflicts).toEqual([]);
    const early = { order: { initContainers: 'before', after: ['no'] } };
    expect(buildCatalog([template(early, 'b')]).conflicts).toEqual([]);
  });

  it('of a template must not be circular, also over others', () => {
    const templates = [
      template({ order: { after: ['b'] } }, 'a'),
      template({ order: { after: ['c'] } }, 'b'),
      template({ order: { after: ['a'] } }, 'c'),
    ];
    const { catalog, conflicts } = buildCatalog(templates);
    expect(conflicts).toEqual(['is circular: c after a after b after c']);
    expect(catalog.templates.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(buildCatalog([template({ order: { after: ['a'] } }, 'a')]).conflicts).toEqual(['is circular: a after a']);
  });

  it('must not contradict the init phase', () => {
    const early = template({ order: { initContainers: 'before', after: ['b'] } }, 'a');
    const message = "b must come before a, but a runs before the app's init containers and b after them";
    expect(buildCatalog([early, template({}, 'b')]).conflicts).toEqual([message]);
    expect(buildCatalog([template({}, 'b'), early]).conflicts).toEqual([message]);
    expect(buildCatalog([early, template({ order: { initContainers: 'before' } }, 'b')]).conflicts).toEqual([]);
  });
});
