// Common problems of templates: each is refused at its own path, with a message that says what to write.
import { describe, expect, it } from 'vitest';
import { pathText } from '../../src/language/template-problem.ts';
import { compileTemplate } from '../../src/template/compile.ts';

const described = { name: 'x', type: 'string', description: 'x' };
const container = { name: '${ instance.id }' };
const own = '${ instance.id }';

function problems(spec: object): string[] {
  const compiled = compileTemplate({
    apiVersion: 'sidecar.io/v1alpha1',
    kind: 'ClusterSidecarTemplate',
    metadata: { name: 'demo' },
    spec: { summary: 'x', failurePolicy: 'Ignore', image: 'x', containers: [container], ...spec },
  });
  return 'problems' in compiled ? compiled.problems.map(({ path, message }) => `${pathText(path)}: ${message}`) : [];
}

const inParameter = (fields: object) => ({ parameters: [{ ...described, ...fields }] });
const inContainer = (fields: object) => ({ containers: [{ ...container, ...fields }], ...inParameter({}) });
const inMount = (fields: object) => ({ volumes: [{ name: own, emptyDir: {} }], mounts: [{ name: own, ...fields }] });
const rule = (fields: object) => ({
  ...inParameter({ default: 'a' }),
  validations: [{ rule: '${ params.x == "b" }', parameter: 'x', message: 's', fix: 'f', ...fields }],
});

describe('a problem in a parameter', () => {
  it.each<[string, object, string]>([
    [
      'values of no enum',
      inParameter({ values: ['a'] }),
      'spec.parameters[0].values: has no effect on the type string (only on enum)',
    ],
    [
      'bounds of a text',
      inParameter({ min: 5 }),
      'spec.parameters[0].min: has no effect on the type string (only on integer, duration, quantity)',
    ],
    [
      'a pattern of a port',
      inParameter({ type: 'port', pattern: '1' }),
      'spec.parameters[0].pattern: has no effect on the type port (only on string, list)',
    ],
    [
      'a length of a list',
      inParameter({ type: 'list', maxLength: 3 }),
      'spec.parameters[0].maxLength: has no effect on the type list (only on string)',
    ],
    [
      'schemes of a text',
      inParameter({ schemes: ['http'] }),
      'spec.parameters[0].schemes: has no effect on the type string (only on url)',
    ],
    ['bounds that nothing meets', inParameter({ type: 'integer', min: 5, max: 1 }), '.min: 5 is more than max'],
    [
      'a bound that is not a number',
      inParameter({ type: 'integer', min: 'five' }),
      '.min: "five" is not a valid integer',
    ],
    [
      'a bound that is not a duration',
      inParameter({ type: 'duration', max: 'soon' }),
      '.max: "soon" is not a valid duration',
    ],
    ['an example of another form', inParameter({ pattern: '[0-9]+', example: 'a' }), 'spec.parameters[0].example: "a"'],
    [
      'a choice twice',
      inParameter({ type: 'enum', values: ['a', 'a'] }),
      'spec.parameters[0].values: "a" is listed twice',
    ],
    ['a default that is a list', inParameter({ default: ['a'] }), 'spec.parameters[0].default: must be text'],
    ['a default that reads itself', inParameter({ default: '${ params.x }' }), 'only to parameters declared before it'],
    [
      'a default that looks ahead',
      {
        parameters: [
          { ...described, default: '${ params.y }' },
          { ...described, name: 'y' },
        ],
      },
      'spec.parameters[0].default: ${ params.y }: params has no field y',
    ],
    ['a default that gives another type', inParameter({ type: 'port', default: '${ "a" }' }), '[0].default: '],
    [
      'two names that expressions cannot tell apart',
      {
        parameters: [
          { ...described, name: 'a-1' },
          { ...described, name: 'a1' },
        ],
      },
      'spec.parameters[1].name: ',
    ],
    ['the name of a common one', inParameter({ name: 'cpu-limit' }), 'spec.parameters[0].name: '],
    ['an image that is none', { image: 'a b' }, 'spec.image: "a b" is not in the expected format'],
    ['a request that is not a quantity', { resources: { cpu: 'much' } }, 'spec.resources.cpu: "much" is not'],
    ['a limit below the request', { resources: { memory: '64Mi', memoryLimit: '32Mi' } }, 'spec.resources.memoryLimit'],
  ])('%s', (_, spec, expected) => expect(problems(spec)).toEqual([expect.stringContaining(expected)]));

  it('is reported once, not again wherever the parameter is used', () => {
    const args = ['${ params.x }', '${ params.x }'];
    expect(problems({ ...inContainer({ args }), ...inParameter({ pattern: '(' }) })).toHaveLength(1);
  });
});

describe('a problem in a part of the pod', () => {
  it.each<[string, object, string]>([
    [
      'arguments in one text',
      inContainer({ args: '--a' }),
      'spec.containers[0].args: must be a list with each item after a hyphen, not "--a"',
    ],
    [
      'a misspelt field',
      inContainer({ comand: ['a'] }),
      'spec.containers[0].comand: unknown field of a container: did',
    ],
    ['an invented field', inContainer({ colour: 'red' }), 'spec.containers[0].colour: unknown field of a container'],
    [
      'a port as text',
      inContainer({ ports: [{ containerPort: '80' }] }),
      'ports[0].containerPort: must be a port number from 1 to 65535 without quotes, not "80"',
    ],
    [
      'a port that is none',
      inContainer({ ports: [{ containerPort: 70000 }] }),
      'ports[0].containerPort: must be a port',
    ],
    ['a long port name', inContainer({ ports: [{ containerPort: 80, name: 'a'.repeat(16) }] }), 'ports[0].name'],
    [
      'a user as text',
      inContainer({ securityContext: { runAsUser: '1' } }),
      'securityContext.runAsUser: must be a number from 0 to 2147483647 without quotes, not "1"',
    ],
    [
      'a negative user',
      inContainer({ securityContext: { runAsUser: -1 } }),
      'securityContext.runAsUser: must be a number',
    ],
    [
      'a group that is too large',
      inContainer({ securityContext: { runAsGroup: 2 ** 31 } }),
      'securityContext.runAsGroup: must be a number from 0 to 2147483647',
    ],
    [
      'a negative period',
      inContainer({ readinessProbe: { grpc: { port: 1 }, periodSeconds: -1 } }),
      'readinessProbe.periodSeconds: must be a whole number of 0 or more without quotes, not -1',
    ],
    [
      'a liveness probe that must succeed twice',
      inContainer({ livenessProbe: { grpc: { port: 1 }, successThreshold: 2 } }),
      'livenessProbe.successThreshold: must be 1 here, not 2',
    ],
    [
      'a readiness probe with a grace period',
      inContainer({ readinessProbe: { grpc: { port: 1 }, terminationGracePeriodSeconds: 5 } }),
      'readinessProbe.terminationGracePeriodSeconds: must be left out here, not 5',
    ],
    [
      'a probe of a port that cannot be',
      inContainer({ readinessProbe: { tcpSocket: { port: 70_000 } } }),
      'readinessProbe.tcpSocket.port: must be a port number',
    ],
    [
      'a variable with two values',
      inContainer({ env: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      'env[0]: cannot have both value and valueFrom',
    ],
    [
      'a variable from nowhere',
      inContainer({ env: [{ name: 'A', valueFrom: {} }] }),
      'env[0].valueFrom: must have one of configMapKeyRef',
    ],
    [
      'a path twice',
      {
        volumes: [{ name: own, emptyDir: {} }],
        ...inContainer({ volumeMounts: [1, 2].map(() => ({ name: own, mountPath: '/a' })) }),
      },
      'spec.containers: the container sidecar-demo has two mounts at /a',
    ],
    [
      'a port name twice',
      inContainer({ ports: [80, 81].map((containerPort) => ({ name: 'web', containerPort })) }),
      'spec.containers: the container sidecar-demo has two ports named web',
    ],
    [
      'a probe of a container that ends',
      { initContainers: [{ name: `${own}-init`, startupProbe: { grpc: { port: 1 } } }] },
      'spec.initContainers[0].startupProbe: unknown field of an init container',
    ],
    [
      'a mode in decimal digits',
      { volumes: [{ name: own, secret: { secretName: 'a', defaultMode: 644 } }] },
      'spec.volumes[0].secret.defaultMode: must be a mode from 0 to 511 (0777) without quotes, not 644',
    ],
    [
      'a policy that is none',
      inContainer({ imagePullPolicy: 'always' }),
      'imagePullPolicy: must be one of Always, IfNotPresent, Never, not "always"',
    ],
    [
      'a request that is none',
      inContainer({ resources: { requests: { cpu: 'x' } } }),
      'resources.requests.cpu: must be a quantity',
    ],
    [
      'a probe without action',
      inContainer({ startupProbe: { periodSeconds: 1 } }),
      'startupProbe: must have one of exec',
    ],
    [
      'a probe with two actions',
      inContainer({ startupProbe: { grpc: { port: 1 }, tcpSocket: { port: 1 } } }),
      'startupProbe: cannot have both grpc and tcpSocket',
    ],
    [
      'variables as a map',
      inContainer({ env: { A: 'b' } }),
      'spec.containers[0].env: must be a list with each item after a hyphen, not a map',
    ],
    ['a variable without a name', inContainer({ env: [{ name: 'A B', value: '' }] }), 'spec.containers: "A B" is not'],
    [
      'a name in capitals',
      { containers: [{ name: `${own}-A` }] },
      'spec.containers[0].name: the name "sidecar-demo-A" is not a DNS label',
    ],
    [
      'an unknown kind of volume',
      { volumes: [{ name: own, configmap: {} }] },
      'spec.volumes[0].configmap: unknown field of a volume',
    ],
    [
      'two kinds of volume',
      { volumes: [{ name: own, emptyDir: {}, secret: { secretName: 'a' } }] },
      'spec.volumes[0]: cannot have both emptyDir and secret',
    ],
    [
      'a mount that is misspelt',
      inMount({ mountPath: '/a', mountpath: '/a' }),
      'spec.mounts[0].mountpath: unknown field of a volume mount',
    ],
    [
      'a mount with text for a boolean',
      inMount({ mountPath: '/a', readOnly: 'true' }),
      'spec.mounts[0].readOnly: must be true or false without quotes, not "true"',
    ],
    [
      'a file twice',
      { files: [1, 2].map(() => ({ name: 'a', text: '' })) },
      'spec.files[1].name: duplicates the name of files[0]',
    ],
    ['a conflict with itself', { conflicts: ['demo'] }, 'spec.conflicts: must not contain demo itself'],
    [
      'an annotation of the injector',
      { annotations: { 'sidecar.io/a': 'b' } },
      "['sidecar.io/a']: must not be in sidecar.io/",
    ],
    ['an annotation that is a map', { annotations: { a: { b: 'c' } } }, 'spec.annotations.a: '],
  ])('%s', (_, spec, expected) => expect(problems(spec)).toEqual([expect.stringContaining(expected)]));

  it('leaves what only a pod can tell', () => {
    const ports = [{ containerPort: '${ 80 }', name: 'p-${ params.x }', $if: '${ params.x != null }' }];
    const limits = { cpu: { $if: '${ params.x != null }', $value: '100m' } };
    const startupProbe = {
      tcpSocket: { $if: '${ params.x == null }', port: 1 },
      httpGet: { $if: '${ params.x != null }', port: 1 },
    };
    expect(problems(inContainer({ ports, resources: { limits }, startupProbe, args: '${ ["a"] }' }))).toEqual([]);
  });
});

describe('a problem in the language', () => {
  it.each<[string, object, string]>([
    ['an unknown word', inContainer({ args: [{ $for: 'x', $value: 'y' }] }), 'args[0].$for: unknown keyword'],
    ['$if with text', inContainer({ args: [{ $if: '${ "a" }', $value: 'y' }] }), 'spec.containers[0].args[0].$if: '],
    [
      '$if alone',
      inContainer({ args: [{ $if: '${ true }' }] }),
      'spec.containers[0].args[0]: must be a string in quotes, not $if without $value',
    ],
    [
      '$once that is not a map',
      inContainer({ $once: true }),
      'spec.containers[0].$once: must be a map with the list args',
    ],
    ['$once with another field', inContainer({ $once: { command: ['a'] } }), 'spec.containers[0].$once: '],
    ['$once in an init container', { initContainers: [{ name: `${own}-a`, $once: {} }] }, '[0].$once: unknown keyword'],
    [
      'a whole security context from an expression',
      inContainer({ securityContext: '${ {} }' }),
      '.securityContext: must be a map of its fields',
    ],
    ['a condition on the security context', inContainer({ securityContext: { $if: '${ true }' } }), '.securityContext'],
    ['a whole container from an expression', { containers: [{ $value: '${ {} }' }] }, 'spec.containers[0].$value: '],
    ['a rule that is not a condition', rule({ rule: '${ params.x }' }), 'spec.validations[0].rule: '],
    ['a message with a slip', rule({ message: '${ params.y }' }), 'spec.validations[0].message: '],
    ['a fix that gives nothing', rule({ fix: '${ params.x + 1 }' }), 'spec.validations[0].fix: '],
    ['an error with what the default is', rule({ rule: '${ int(params.x) > 1 }' }), 'spec.validations[0].rule: '],
  ])('%s', (_, spec, expected) => expect(problems(spec)).toEqual([expect.stringContaining(expected)]));

  it('is reported in few words, however long the text is', () => {
    for (const text of ['${ "', '${ params.y + "']) {
      const [problem = ''] = problems(
        inContainer({ args: [`${text}${'a'.repeat(50_000)}${text.includes('y') ? '" }' : ''}`] }),
      );
      expect(problem).toContain('spec.containers[0].args[0]: ');
      expect(problem.length).toBeLessThan(500);
    }
  });
});
