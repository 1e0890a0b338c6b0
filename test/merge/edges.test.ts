// Collisions with the app at their edges: what is one, and what only looks like one.
import { describe, expect, it } from 'vitest';
import { inject } from '../../src/engine/inject.ts';
import { warningsOf } from '../engine/state.ts';
import { addedAt, messagesOf, outcomeFor, problemsOf, stateWith } from './sidecars.ts';

const id = '${ instance.id }';

describe('a mount', () => {
  const volume = { name: id, emptyDir: {} };
  const mounting = (mount: object = {}) =>
    stateWith({ demo: { volumes: [volume], mounts: [{ name: id, mountPath: '/data', ...mount }] } });
  const app = (mountPath: string, fields: object = {}, source: object = { emptyDir: {} }) => ({
    containers: [{ name: 'web', volumeMounts: [{ name: 'own', mountPath, ...fields }] }],
    volumes: [{ name: 'own', ...source }],
  });
  const taken = ["mount-path-taken metadata.annotations['sidecar.io/demo']"];
  const fine = ['Injected'];

  it.each<[string, object, object, readonly string[]]>([
    ['the same path', {}, app('/data'), taken],
    ['the same path with a slash', {}, app('/data/'), taken],
    ['the same path with slashes', {}, app('/data///'), taken],
    ['its own slash', { mountPath: '/data/' }, app('/data'), taken],
    ['the same letters and more', {}, app('/data2'), fine],
    ['a read-only mount of the same letters and more', {}, app('/data2', {}, { secret: {} }), fine],
    ['a read-only mount of fewer letters', {}, app('/dat', {}, { secret: {} }), fine],
    ['an unrelated path', {}, app('/'), fine],
    ['a folder of a writable volume', { mountPath: '/data/x' }, app('/data'), fine],
    ['a folder of a configMap', { mountPath: '/data/x' }, app('/data', {}, { configMap: {} }), taken],
    ['a folder of a configMap with a slash', { mountPath: '/data/x' }, app('/data/', {}, { configMap: {} }), taken],
    ['a folder of a secret', { mountPath: '/data/x' }, app('/data', {}, { secret: {} }), taken],
    ['a folder of a projected volume', { mountPath: '/data/x' }, app('/data', {}, { projected: {} }), taken],
    ['a folder of the downward API', { mountPath: '/data/x' }, app('/data', {}, { downwardAPI: {} }), taken],
    ['a folder of an image', { mountPath: '/data/x' }, app('/data', {}, { image: {} }), fine],
    ['a volume that is only mounted read-only', { mountPath: '/data/x' }, app('/data', { readOnly: true }), fine],
    ['a secret of another path', { mountPath: '/x/data/y' }, app('/data', {}, { secret: {} }), fine],
    ['a folder below a read-only mount of the sidecar', { readOnly: true }, app('/data/x'), taken],
    ['a folder below a writable mount of the sidecar', {}, app('/data/x'), fine],
    ['letters after a read-only mount of the sidecar', { readOnly: true }, app('/data2'), fine],
  ])('%s', (_, mount, spec, expected) => {
    expect(problemsOf(outcomeFor(mounting(mount), spec))).toEqual(expected);
  });

  it('says which volume is in the way, and which setting moves the other', () => {
    const parameters = [
      { name: 'other', type: 'path', default: '/other', description: 'x' },
      { name: 'text', type: 'string', default: '/data', description: 'x' },
      { name: 'path', type: 'path', default: '/data', description: 'x' },
    ];
    const state = stateWith({
      demo: { parameters, volumes: [volume], mounts: [{ name: id, mountPath: '${ params.path }' }] },
    });
    expect(messagesOf(outcomeFor(state, app('/data')))).toEqual([
      'In container web, /data is already the mount of volume own (volumeMounts[0]). Set sidecar.io/demo-path to another path, or remove that mount.',
    ]);
    const written = { annotations: { 'sidecar.io/demo-path': '/data' } };
    expect(problemsOf(outcomeFor(state, app('/data'), written))).toEqual([
      "mount-path-taken metadata.annotations['sidecar.io/demo-path']",
    ]);
    expect(messagesOf(outcomeFor(mounting(), app('/data')))).toEqual([
      'In container web, /data is already the mount of volume own (volumeMounts[0]). Remove that mount.',
    ]);
    expect(messagesOf(outcomeFor(mounting({ mountPath: '/data/x' }), app('/data', {}, { secret: {} })))).toEqual([
      'In container web, /data/x cannot be created below /data, the read-only mount of volume own. Remove that mount.',
    ]);
    expect(messagesOf(outcomeFor(mounting({ readOnly: true }), app('/data/x')))).toEqual([
      'In container web, /data/x, the mount of volume own, cannot be created below /data, which is read-only. Remove that mount.',
    ]);
  });

  it('of one sidecar can collide with that of another', () => {
    const one = { volumes: [volume], mounts: [{ name: id, mountPath: '/data' }] };
    expect(messagesOf(outcomeFor(stateWith({ a: one, b: one })))).toEqual([
      'In container web, /data is already the mount of volume sidecar-a. Remove that mount.',
    ]);
    const below = { volumes: [volume], mounts: [{ name: id, mountPath: '/data/x' }] };
    expect(problemsOf(outcomeFor(stateWith({ a: one, b: below })))).toEqual(fine);
    const readOnly = { volumes: [volume], mounts: [{ name: id, mountPath: '/data', readOnly: true }] };
    expect(problemsOf(outcomeFor(stateWith({ a: readOnly, b: below })))).toEqual([
      "mount-path-taken metadata.annotations['sidecar.io/b']",
    ]);
  });

  it('is added after those of the container, and as a list where it has none', () => {
    const mount = { name: 'sidecar-demo', mountPath: '/data' };
    expect(addedAt(outcomeFor(mounting()), '/spec/containers/0/volumeMounts')).toEqual([[mount]]);
    expect(addedAt(outcomeFor(mounting(), app('/own')), '/spec/containers/0/volumeMounts')).toEqual([mount]);
  });
});

describe('a variable', () => {
  const state = stateWith({ demo: { env: [{ name: 'A', value: '1', $ifSet: 'keep' }] } });
  const env = (...variables: object[]) => ({ containers: [{ name: 'web', env: variables }] });
  const keeps = (owner: string, sidecar: string) =>
    `spec.containers[0].env: A of web keeps the value that ${owner} sets; the sidecar ${sidecar} would set another one`;
  const result = (spec: object, from = state) => {
    const outcome = outcomeFor(from, spec);
    if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
    return { added: addedAt(outcome, '/spec/containers/0/env'), warnings: warningsOf(outcome) };
  };
  const own = { name: 'A', value: '1' };

  it.each<[string, object, readonly unknown[], readonly string[]]>([
    ['a container without variables', {}, [[own]], []],
    ['a container whose list is null', { containers: [{ name: 'web', env: null }] }, [[own]], []],
    ['a container with others', env({ name: 'B', value: '2' }), [own], []],
    ['the same value', env(own), [], []],
    ['another value', env({ name: 'A', value: '2' }), [], [keeps('the container', 'demo')]],
    ['a value from elsewhere', env({ name: 'A', valueFrom: {} }), [], [keeps('the container', 'demo')]],
    ['the name twice, the last with the value', env({ name: 'A', value: '2' }, own), [], []],
    ['the name twice, the last without', env(own, { name: 'A', value: '2' }), [], [keeps('the container', 'demo')]],
  ])('beside %s', (_, spec, added, warnings) => expect(result(spec)).toEqual({ added, warnings }));

  it('of a sidecar that comes first stays', () => {
    const both = (value: string) =>
      stateWith({
        a: { env: [own] },
        b: {
          env: [
            { name: 'A', value, $ifSet: 'keep' },
            { name: 'B', value: 'b' },
          ],
        },
      });
    const added = [[own, { name: 'B', value: 'b' }]];
    expect(result({}, both('1'))).toEqual({ added, warnings: [] });
    expect(result({}, both('2'))).toEqual({ added, warnings: [keeps('another sidecar', 'b')] });
  });

  it('of the wrong shape is a problem', () => {
    expect(outcomeFor(state, { containers: [{ name: 'web', env: {} }] })).toMatchObject({
      problems: [
        {
          code: 'malformed-pod',
          path: 'spec.containers[0].env',
          message: 'spec.containers[0].env has the wrong type.',
          fix: 'It must be a list.',
        },
      ],
    });
  });
});

describe('a port', () => {
  const ports = (...list: object[]) => ({ containers: [{ name: id, ports: list }] });
  const state = stateWith({ demo: ports({ containerPort: 8080 }) });
  const by = (owner: string) => [`Port 8080 is used by ${owner}. Change the port of ${owner}.`];
  const web = (fields: object) => ({ containers: [{ name: 'web', ...fields }] });
  const init = (fields: object) => ({ initContainers: [{ name: 'start', ...fields }] });
  const port = [{ containerPort: 8080 }];
  const fine = ['Injected'];

  it.each<[string, object, readonly string[]]>([
    ['of a container', web({ ports: port }), by('container web')],
    ['with its protocol', web({ ports: [{ containerPort: 8080, protocol: 'TCP' }] }), by('container web')],
    ['of another protocol', web({ ports: [{ containerPort: 8080, protocol: 'UDP' }] }), fine],
    ['of another number', web({ ports: [{ containerPort: 8081 }] }), fine],
    ['of an ordinary init container, which has ended', init({ ports: port }), fine],
    ['of a native init container', init({ restartPolicy: 'Always', ports: port }), by('container start')],
    ['that is probed by HTTP', web({ livenessProbe: { httpGet: { port: 8080 } } }), by('container web')],
    ['that is probed by TCP', web({ readinessProbe: { tcpSocket: { port: 8080 } } }), by('container web')],
    ['that is probed by gRPC', web({ startupProbe: { grpc: { port: 8080 } } }), by('container web')],
    ['that is probed on another host', web({ livenessProbe: { httpGet: { port: 8080, host: 'h' } } }), fine],
    ['that is probed by name', web({ livenessProbe: { httpGet: { port: 'http' } } }), fine],
    ['that is probed by a command', web({ livenessProbe: { exec: {} }, readinessProbe: null }), fine],
  ])('%s', (_, spec, expected) => expect(messagesOf(outcomeFor(state, spec))).toEqual(expected));

  it('of an ordinary init container counts for a sidecar that starts before it', () => {
    const early = stateWith({ demo: { ...ports({ containerPort: 8080 }), order: { initContainers: 'before' } } });
    expect(messagesOf(outcomeFor(early, init({ ports: port })))).toEqual(by('container start'));
    const later = stateWith({
      demo: { ...ports({ containerPort: 8080 }), order: { initContainers: 'before' } },
      last: {},
    });
    expect(messagesOf(outcomeFor(later, init({ ports: port })))).toEqual(by('container start'));
  });

  it('of two sidecars is a problem of the second; twice in one container is none', () => {
    const both = stateWith({ a: ports({ containerPort: 8080 }), b: ports({ containerPort: 8080 }) });
    expect(messagesOf(outcomeFor(both))).toEqual(by('the sidecar a'));
    const probed = { containers: [{ name: id, ports: port, livenessProbe: { tcpSocket: { port: 8080 } } }] };
    expect(messagesOf(outcomeFor(stateWith({ a: probed })))).toEqual(fine);
  });

  it('that a parameter sets can be moved: the fix names a free one', () => {
    const numbers = ['other', 'port'].map((name, i) => ({ name, type: 'port', default: 8079 + i, description: 'x' }));
    const parameters = [{ name: 'count', type: 'integer', default: 8080, description: 'x' }, ...numbers];
    const movable = stateWith({ demo: { parameters, ...ports({ containerPort: '${ params.port }' }) } });
    const spec = web({ ports: [...port, { containerPort: 20_000 }, { containerPort: 20_001 }] });
    expect(messagesOf(outcomeFor(movable, spec))).toEqual([
      'Port 8080 is used by container web. Set sidecar.io/demo-port to a free port, for example "20002".',
    ]);
    expect(problemsOf(outcomeFor(movable, spec))).toEqual(["port-taken metadata.annotations['sidecar.io/demo']"]);
    const high = { annotations: { 'sidecar.io/demo-port': '65535' } };
    const last = outcomeFor(movable, web({ ports: [{ containerPort: 65_535 }] }), high);
    expect(problemsOf(last)).toEqual(["port-taken metadata.annotations['sidecar.io/demo-port']"]);
    expect(messagesOf(last)[0], 'a number that is a port').toContain('"65535"');
    const above = { annotations: { 'sidecar.io/demo-port': '30000' } };
    expect(messagesOf(outcomeFor(movable, web({ ports: [{ containerPort: 30_000 }] }), above))[0]).toContain('"30001"');
  });
});

describe('a pod of Windows', () => {
  const state = stateWith({ demo: {} });
  const selector = { 'kubernetes.io/os': 'windows' };
  const os = (operator: string, ...values: string[]) => ({ key: 'kubernetes.io/os', operator, values });
  const affinity = (...terms: (readonly object[])[]) => {
    const nodeSelectorTerms = terms.map((matchExpressions) => ({ matchExpressions }));
    return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
  };
  const affine = ['windows-pod spec.affinity.nodeAffinity'];
  const build = 'node.kubernetes.io/windows-build';
  const app = { name: 'web', image: 'web' };
  const ofWindows = { image: 'web', securityContext: { windowsOptions: { hostProcess: true } } };
  const options = 'securityContext.windowsOptions';
  it.each<[object, readonly string[]]>([
    [{ os: { name: 'windows' } }, ['windows-pod spec.os.name']],
    [{ nodeSelector: selector }, ["windows-pod spec.nodeSelector['kubernetes.io/os']"]],
    [{ os: null, nodeSelector: selector }, ["windows-pod spec.nodeSelector['kubernetes.io/os']"]],
    [{ os: { name: 'windows' }, nodeSelector: selector }, ['windows-pod spec.os.name']],
    [{ os: { name: 'linux' }, nodeSelector: selector }, ['Injected']],
    [{ os: { name: 'linux' } }, ['Injected']],
    [{ nodeSelector: { 'kubernetes.io/os': 'linux' } }, ['Injected']],
    [{ nodeSelector: { 'example.com/os': 'windows' } }, ['Injected']],
    [
      { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } },
      ["windows-pod spec.nodeSelector['beta.kubernetes.io/os']"],
    ],
    [{ nodeSelector: null }, ['Injected']],
    [{ securityContext: { windowsOptions: {} } }, ['windows-pod spec.securityContext.windowsOptions']],
    [{ securityContext: { windowsOptions: null } }, ['Injected']],
    [{ os: { name: 'linux' }, securityContext: { windowsOptions: {} } }, ['Injected']],
    [affinity([os('In', 'windows')]), affine],
    [affinity([{ key: 'zone', operator: 'In', values: ['a'] }, os('In', 'windows')]), affine],
    [affinity([os('In', 'windows')], [os('In', 'windows')]), affine],
    [affinity([os('In', 'windows')], [os('In', 'linux')]), ['Injected']],
    [affinity([os('In', 'windows', 'linux')]), ['Injected']],
    [affinity([os('NotIn', 'windows')]), ['Injected']],
    [
      { ...affinity([{ key: build, operator: 'NotIn', values: ['1'] }]), securityContext: { windowsOptions: {} } },
      ['windows-pod spec.securityContext.windowsOptions'],
    ],
    [affinity([{ key: 'zone', operator: 'In', values: ['windows'] }]), ['Injected']],
    [affinity(), ['Injected']],
    [{ affinity: { nodeAffinity: null } }, ['Injected']],
    [{ nodeSelector: { [build]: '10.0.20348' } }, [`windows-pod spec.nodeSelector['${build}']`]],
    [{ nodeSelector: { 'kubernetes.io/os': 'linux' }, securityContext: { windowsOptions: {} } }, ['Injected']],
    [{ ...affinity([os('In', 'linux')]), securityContext: { windowsOptions: {} } }, ['Injected']],
    [affinity([os('NotIn', 'linux')]), affine],
    [affinity([{ key: build, operator: 'Exists' }]), affine],
    [affinity([{ key: build, operator: 'DoesNotExist' }]), ['Injected']],
    [{ containers: [app, { name: 'b', ...ofWindows }] }, [`windows-pod spec.containers[1].${options}`]],
    [
      { containers: [app], initContainers: [{ name: 'b', ...ofWindows }] },
      [`windows-pod spec.initContainers[0].${options}`],
    ],
    [{ containers: [{ name: 'b', ...ofWindows }], os: { name: 'linux' } }, ['Injected']],
  ])('%j', (spec, expected) => expect(problemsOf(outcomeFor(state, spec))).toEqual(expected));

  it('is refused with the annotation that asks for the sidecar', () => {
    expect(messagesOf(outcomeFor(state, { os: { name: 'windows' } }))).toEqual([
      "The sidecar demo (turned on by metadata.annotations['sidecar.io/demo']) runs on Linux, but this pod runs on Windows. Remove the annotation, or run the pod on Linux.",
    ]);
  });
});

describe('a field of the pod', () => {
  const shared = stateWith({ demo: { pod: { shareProcessNamespace: true } } });
  it.each<[object, readonly string[]]>([
    [{}, ['Injected']],
    [{ shareProcessNamespace: null }, ['Injected']],
    [{ shareProcessNamespace: true }, ['Injected']],
    [{ shareProcessNamespace: false }, ['pod-field-conflict spec.shareProcessNamespace']],
    [{ hostPID: true }, ['host-pid spec.hostPID']],
    [{ hostPID: false }, ['Injected']],
  ])('%j', (spec, expected) => expect(problemsOf(outcomeFor(shared, spec))).toEqual(expected));

  it('hostNetwork refuses a sidecar that listens on a port, and no other', () => {
    const listening = { name: `${id}-b`, ports: [{ containerPort: 1 }] };
    const codes = (containers: object[]) =>
      problemsOf(outcomeFor(stateWith({ demo: { containers } }), { hostNetwork: true }));
    expect(codes([{ name: id }])).toEqual(['Injected']);
    expect(codes([{ name: id }, listening])).toEqual(['host-network spec.hostNetwork']);
  });

  it('is added once where it is absent', () => {
    expect(addedAt(outcomeFor(shared), '/spec/shareProcessNamespace')).toEqual([true]);
    expect(addedAt(outcomeFor(shared, { shareProcessNamespace: true }), '/spec/shareProcessNamespace')).toEqual([]);
    expect(addedAt(outcomeFor(stateWith({ demo: {} })), '/spec/shareProcessNamespace')).toEqual([]);
    expect(problemsOf(outcomeFor(stateWith({ demo: {} }), { hostPID: true }))).toEqual(['Injected']);
  });

  it('that differs is shown with both values', () => {
    expect(messagesOf(outcomeFor(shared, { shareProcessNamespace: false }))).toEqual([
      "The sidecar demo (turned on by metadata.annotations['sidecar.io/demo']) needs shareProcessNamespace: true, but the pod has shareProcessNamespace: false. Remove shareProcessNamespace from the pod, or turn the sidecar off.",
    ]);
  });
});

describe('annotations', () => {
  const limit = 256 * 1024;
  const state = stateWith({ demo: {} });
  /** The outcome for a pod whose annotations, with those of the injector, have this many bytes. */
  function withBytes(bytes: number, character: string) {
    const filler = (length: number) => {
      const step = Buffer.byteLength(character);
      return character.repeat(Math.floor(length / step)) + 'x'.repeat(length % step);
    };
    const sizeOf = (texts: Readonly<Record<string, string>>) =>
      Object.entries(texts).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
    const empty = outcomeFor(state, {}, { annotations: { filler: '' } });
    if (empty.kind !== 'Injected') throw new Error(empty.kind);
    const added = empty.patch.find(({ path }) => path.includes('status'))?.value;
    const others = sizeOf({ filler: '', 'sidecar.io/demo': 'true', 'sidecar.io/status': String(added) });
    return outcomeFor(state, {}, { annotations: { filler: filler(bytes - others) } });
  }

  it.each(['x', 'é', '€', '🚀'])('have at most 256 KiB, keys and values, in bytes: %s', (character) => {
    expect(problemsOf(withBytes(limit, character))).toEqual(['Injected']);
    const beyond = withBytes(limit + 1, character);
    expect(problemsOf(beyond)).toEqual(["annotation-too-large metadata.annotations['filler']"]);
    expect(messagesOf(beyond)).toEqual([
      `With those of the sidecars, the annotations have ${limit + 1} bytes; Kubernetes allows ${limit}. Shorten the largest annotation.`,
    ]);
  });

  it('that sidecars set together are all set, or none with a warning', () => {
    const scraped = stateWith({ demo: { annotations: { 'example.com/port': '1', 'example.com/path': '/m' } } });
    const added = (annotations: object) => {
      const outcome = outcomeFor(scraped, {}, { annotations });
      if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
      const paths = outcome.patch.map(({ path }) => path).filter((path) => path.includes('example.com'));
      return [paths.map((path) => path.split('~1')[1]), warningsOf(outcome)];
    };
    const warning = (key: string, shown: string) =>
      `metadata.annotations['${key}'] is ${shown}: the sidecar demo sets none of example.com/port, example.com/path`;
    expect(added({})).toEqual([['port', 'path'], []]);
    expect(added({ 'example.com/port': '1' })).toEqual([['path'], []]);
    expect(added({ 'example.com/port': '1', 'example.com/path': '/m' })).toEqual([[], []]);
    expect(added({ 'example.com/port': '2' })).toEqual([[], [warning('example.com/port', '"2"')]]);
    for (const [length, shown] of [
      [40, `"${'y'.repeat(40)}"`],
      [41, `"${'y'.repeat(39)}…"`],
    ] as const)
      expect(added({ 'example.com/path': 'y'.repeat(length) })).toEqual([[], [warning('example.com/path', shown)]]);
  });

  it('of others are warned about before the sidecar is in the pod, not after', () => {
    const scraped = stateWith({
      demo: { annotations: { 'example.com/port': '1' }, containers: [{ name: id }, { name: `${id}-b` }] },
    });
    const warnings = (...names: string[]) => {
      const initContainers = names.map((name) => ({ name, image: 'x', restartPolicy: 'Always' }));
      const outcome = outcomeFor(scraped, { initContainers }, { annotations: { 'example.com/port': '2' } });
      return outcome.kind === 'Injected' ? outcome.warnings.length : outcome;
    };
    expect(warnings()).toBe(1);
    expect(warnings('sidecar-demo')).toBe(1);
    expect(warnings('sidecar-demo', 'sidecar-demo-b')).toBe(0);
  });

  it('are added with keys of JSON pointers, one by one or as a whole', () => {
    const namespaces = new Map([['shop', { annotations: { 'sidecar.io/demo': 'true' } }]]);
    const pathsFor = (metadata: object | undefined) => {
      const pod = { ...(metadata === undefined ? {} : { metadata }), spec: { containers: [{ name: 'web' }] } };
      const outcome = inject({ pod: pod as never, namespace: 'shop' }, { ...state, namespaces });
      return outcome.kind === 'Injected' ? outcome.patch[0] : outcome;
    };
    const status = { 'sidecar.io/status': expect.any(String) };
    expect(pathsFor(undefined)).toEqual({ op: 'add', path: '/metadata', value: { annotations: status } });
    expect(pathsFor({})).toEqual({ op: 'add', path: '/metadata/annotations', value: status });
    expect(pathsFor({ annotations: null })).toEqual({ op: 'add', path: '/metadata/annotations', value: status });
    const path = '/metadata/annotations/sidecar.io~1status';
    expect(pathsFor({ annotations: {} })).toEqual({ op: 'add', path, value: expect.any(String) });
    expect(pathsFor({ annotations: { 'sidecar.io/status': 'x' } })).toMatchObject({ op: 'replace', path });
  });
});

describe('a name', () => {
  const state = stateWith({
    demo: { containers: [{ name: id, args: ['a'] }], volumes: [{ name: id, emptyDir: {} }] },
  });
  const other = (name: string) => ({ name, args: ['b'] });
  it.each<[string, object, readonly string[]]>([
    [
      'a container',
      { containers: [{ name: 'web' }, other('sidecar-demo')] },
      ['container-name-taken spec.containers[1].name'],
    ],
    [
      'an init container',
      { initContainers: [{ name: 'start' }, other('sidecar-demo')] },
      ['container-name-taken spec.initContainers[1].name'],
    ],
    [
      'a volume',
      { volumes: [{ name: 'own' }, { name: 'sidecar-demo', hostPath: {} }] },
      ['volume-name-taken spec.volumes[1].name'],
    ],
    ['neither', { initContainers: [other('sidecar-demo2')], volumes: [{ name: 'demo' }] }, ['Injected']],
  ])('is taken by %s', (_, spec, expected) => expect(problemsOf(outcomeFor(state, spec))).toEqual(expected));

  it('is taken by another sidecar whose instance has it', () => {
    const both = stateWith({
      'demo-x': { containers: [{ name: id }], volumes: [{ name: id, emptyDir: {} }] },
      demo: { containers: [{ name: id }], volumes: [{ name: id, emptyDir: {} }] },
    });
    expect(messagesOf(outcomeFor(both, {}, { annotations: { 'sidecar.io/demo.x': 'true' } }))).toEqual([
      'The sidecar demo-x needs the name sidecar-demo-x for its container, but another container has it. Rename your container, use another instance of the sidecar, such as sidecar.io/demo-x.app, or remove it with sidecar uninject if it comes from an earlier injection.',
      'The sidecar demo-x needs the name sidecar-demo-x for its volume, but another volume has it. Rename your volume, use another instance of the sidecar, such as sidecar.io/demo-x.app, or remove it with sidecar uninject if it comes from an earlier injection.',
    ]);
  });

  it('is taken by another sidecar that comes first of all', () => {
    const both = stateWith({ 'demo-x': {}, demo: {} });
    const annotations = { 'sidecar.io/demo': 'false', 'sidecar.io/demo.x': 'true' };
    expect(problemsOf(outcomeFor(both, {}, { annotations }))).toEqual([
      "container-name-taken metadata.annotations['sidecar.io/demo-x']",
    ]);
  });

  it('of a container that does the same work is no collision, with what others have added', () => {
    const args = ['a'];
    const mounted = stateWith({
      demo: {
        containers: [
          { name: id, args, env: [{ name: 'A', value: '1' }], volumeMounts: [{ name: id, mountPath: '/m' }] },
        ],
        volumes: [{ name: id, emptyDir: {} }],
      },
    });
    const there = {
      name: 'sidecar-demo',
      ...{ args, image: 'mirror/x' },
      env: [{ name: 'B' }, { name: 'A', value: '1' }],
      volumeMounts: [
        { name: 'token', mountPath: '/t' },
        { name: 'sidecar-demo', mountPath: '/m', readOnly: false },
      ],
    };
    const codes = (change: object) =>
      problemsOf(outcomeFor(mounted, { initContainers: [{ ...there, restartPolicy: 'Always', ...change }] }));
    expect(codes({})).toEqual(['Injected']);
    const taken = ['container-name-taken spec.initContainers[0].name'];
    for (const change of [
      { args: ['b'] },
      { args: [] },
      { args: undefined },
      { env: [{ name: 'A', value: '2' }] },
      { env: [{ name: 'B', value: '1' }] },
      { env: null },
      { volumeMounts: [{ name: 'sidecar-demo', mountPath: '/n' }] },
      { volumeMounts: [{ name: 'other', mountPath: '/m' }] },
    ])
      expect(codes(change), JSON.stringify(change)).toEqual(taken);
  });
});

describe('targets', () => {
  const state = stateWith({
    demo: {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
  });
  const containers = [{ name: 'web' }, { name: 'log' }, { name: 'job' }];
  const spec = { containers, initContainers: [{ name: 'start' }, { name: 'seed' }] };
  const targetsOf = (value: string | undefined, more: object = {}, annotations: object = {}) => {
    const named = value === undefined ? {} : { 'sidecar.io/demo-container': value };
    const outcome = outcomeFor(state, { ...spec, ...more }, { annotations: { ...named, ...annotations } });
    if (outcome.kind !== 'Injected') return messagesOf(outcome);
    return outcome.patch.flatMap(
      ({ path }) => /\/(?:containers\/|(i)nitContainers\/)(\d)\/env/.exec(path)?.slice(1).join('') ?? [],
    );
  };

  it.each<[string | undefined, readonly string[]]>([
    [undefined, ['0']],
    ['log', ['1']],
    ['job,web', ['0', '2']],
    ['*', ['0', '1', '2']],
    ['lgo', ['The pod has no container lgo. Did you mean log? Its containers are: web, log, job.']],
    ['zzzzzz', ['The pod has no container zzzzzz. Its containers are: web, log, job.']],
    ['seed', ['i1']],
    ['seed,job', ['2', 'i1']],
    ['*,seed', ['0', '1', '2', 'i1']],
  ])('%s', (value, expected) => expect(targetsOf(value)).toEqual(expected));

  it('are the default container where none is named', () => {
    const preferred = (name: string) => ({ 'kubectl.kubernetes.io/default-container': name });
    expect(targetsOf(undefined, {}, preferred('job'))).toEqual(['2']);
    expect(targetsOf(undefined, {}, preferred('gone'))).toEqual(['0']);
    expect(targetsOf('web', {}, preferred('job'))).toEqual(['0']);
  });

  it('are the problem of the setting that names them', () => {
    const [problem] = problemsOf(outcomeFor(state, spec, { annotations: { 'sidecar.io/demo-container': 'x' } }));
    expect(problem).toBe("unknown-container metadata.annotations['sidecar.io/demo-container']");
    const namespaces = new Map([['shop', { annotations: { 'sidecar.io/demo-container': 'x' } }]]);
    const outcome = outcomeFor({ ...state, namespaces }, spec);
    expect(outcome).toMatchObject({
      kind: 'Injected',
      warnings: [
        {
          code: 'unknown-container',
          sidecar: 'demo',
          message: expect.stringMatching(
            /^namespace\.metadata\.annotations\['sidecar\.io\/demo-container'\] has no effect on this pod: The pod has no /,
          ),
        },
      ],
    });
  });

  it('are those that have all variables in a pod that has the sidecar already', () => {
    const both = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const injected = (...envs: (readonly object[])[]) => ({
      containers: envs.map((env, i) => ({ name: `c${i}`, env })),
      initContainers: [{ name: 'sidecar-demo', image: 'x', restartPolicy: 'Always' }],
    });
    expect(targetsOf(undefined, injected([], both))).toEqual([]);
    expect(targetsOf(undefined, injected([], both.slice(1)))).toEqual(['0', '0']);
    expect(targetsOf(undefined, injected([], [...both.slice(0, 1), { name: 'C', value: '3' }]))).toEqual(['0', '0']);
    expect(targetsOf(undefined, { containers: [{ name: 'c0' }, { name: 'c1', env: both }] })).toEqual(['0']);
  });
});

it('mounts are added in the order of the containers', () => {
  const mounting = { volumes: [{ name: id, emptyDir: {} }], mounts: [{ name: id, mountPath: `/${id}` }] };
  const state = stateWith({ a: mounting, b: mounting });
  const annotations = { 'sidecar.io/a-container': 'log', 'sidecar.io/b-container': 'web' };
  const outcome = outcomeFor(state, { containers: [{ name: 'web' }, { name: 'log' }] }, { annotations });
  if (outcome.kind !== 'Injected') throw new Error(JSON.stringify(outcome));
  expect(outcome.patch.flatMap(({ path }) => /containers\/(\d)\/volumeMounts/.exec(path)?.[1] ?? [])).toEqual([
    '0',
    '1',
  ]);
});

describe('init containers', () => {
  it('come before or after those of the app, in the order of the sidecars', () => {
    const early = (name: string) => ({ order: { initContainers: 'before' }, containers: [{ name: id, args: [name] }] });
    const state = stateWith({ a: early('a'), b: early('b'), c: {} });
    const outcome = outcomeFor(state, { initContainers: [{ name: 'own' }] });
    if (outcome.kind !== 'Injected') throw new Error(outcome.kind);
    const paths = outcome.patch.filter(({ path }) => path.startsWith('/spec/initContainers'));
    expect(paths.map(({ path, value }) => [path, (value as { name: string }).name])).toEqual([
      ['/spec/initContainers/0', 'sidecar-a'],
      ['/spec/initContainers/1', 'sidecar-b'],
      ['/spec/initContainers/-', 'sidecar-c'],
    ]);
  });
});

describe('a pod with a budget', () => {
  it('takes what fits of resources that the template writes itself', () => {
    const resources = { requests: { cpu: '1' } };
    const state = stateWith({ demo: { containers: [{ name: id, resources }] } });
    const added = (spec: object) => addedAt(outcomeFor(state, spec), '/spec/initContainers');
    expect(added({})).toEqual([[expect.objectContaining({ resources })]]);
    expect(added({ resources: null })).toEqual([[expect.objectContaining({ resources })]]);
    expect(added({ resources: { limits: {} } })).toEqual([[expect.objectContaining({ resources })]]);
    expect(added({ resources: { requests: { cpu: '0.9' } } })).toEqual([
      [expect.objectContaining({ resources: { requests: { cpu: '0' }, limits: {} } })],
    ]);
  });
});
